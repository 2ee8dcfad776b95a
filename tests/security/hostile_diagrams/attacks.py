"""Files that are made to harm who reads them; each is one attack on memory, stack or time."""

from collections.abc import Callable, Mapping
from itertools import pairwise

_XMLNS = (
    'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="d" targetNamespace="tests"'
)
_START = '<bpmn:startEvent id="s"/>'

Files = Mapping[str, str]


def process(body: str, *, before: str = "", more: str = "") -> str:
    """Write a diagram around the content of its process."""
    return (
        f'{before}<bpmn:definitions {_XMLNS}{more}><bpmn:process id="p" isExecutable="true">'
        f"{body}</bpmn:process></bpmn:definitions>"
    )


def flow(name: str, source: str, target: str, condition: str = "") -> str:
    """Write a sequence flow."""
    inside = f"<bpmn:conditionExpression>{condition}</bpmn:conditionExpression>"
    return (
        f'<bpmn:sequenceFlow id="{name}" sourceRef="{source}" targetRef="{target}">'
        f"{inside if condition else ''}</bpmn:sequenceFlow>"
    )


def good() -> str:
    """Write a diagram that is accepted."""
    return process(_START + '<bpmn:userTask id="t"/>' + flow("f", "s", "t"))


def row(count: int) -> str:
    """Write a process of user tasks in a row."""
    ids = ["s", *(f"t{i}" for i in range(count))]
    tasks = "".join(f'<bpmn:userTask id="{name}"/>' for name in ids[1:])
    return process(_START + tasks + "".join(flow(f"f_{b}", a, b) for a, b in pairwise(ids)))


def between_two(count: int) -> str:
    """Write many flows from one node to another."""
    nodes = '<bpmn:parallelGateway id="g"/><bpmn:userTask id="t"/>'
    many = "".join(flow(f"f{i}", "g", "t") for i in range(count))
    return process(_START + nodes + flow("f", "s", "g") + many)


def everyone_to_everyone(count: int) -> str:
    """Write exclusive gateways, each with a condition for each other."""
    names = [f"g{i}" for i in range(count)]
    nodes = "".join(f'<bpmn:exclusiveGateway id="{name}"/>' for name in names)
    flows = "".join(
        flow(f"{a}_{b}", a, b, f"${{n == {i}.0}}") for a in names for i, b in enumerate(names)
    )
    return process(_START + nodes + flow("f", "s", "g0") + flows)


def nested(count: int) -> str:
    """Write sub-processes within sub-processes."""
    text = _START + flow("f", "s", "p0")
    for i in range(count):
        last = i == count - 1
        inner = flow(f"f{i}", f"s{i}", f"e{i}" if last else f"p{i + 1}")
        out = "" if last else flow(f"o{i}", f"p{i + 1}", f"e{i}")
        text += (
            f'<bpmn:subProcess id="p{i}"><bpmn:startEvent id="s{i}"/>{inner}{out}'
            f'<bpmn:endEvent id="e{i}"/>'
        )
    return process(text + "</bpmn:subProcess>" * count)


def edges(count: int) -> str:
    """Write timers at the edge of one task."""
    clock = (
        "<bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration>"
        "</bpmn:timerEventDefinition>"
    )
    many = "".join(
        f'<bpmn:boundaryEvent id="b{i}" attachedToRef="t">{clock}</bpmn:boundaryEvent>'
        for i in range(count)
    )
    return process(_START + '<bpmn:userTask id="t"/>' + flow("f", "s", "t") + many)


def _laughs() -> str:
    """Write ten entities, each ten of the one before: a billion."""
    entities = '<!ENTITY l0 "lol">' + "".join(
        f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10)
    )
    return process("&l9;", before=f"<!DOCTYPE d [{entities}]>")


def _quadratic() -> str:
    """Write one long entity, often."""
    return process("&a;" * 20_000, before=f'<!DOCTYPE d [<!ENTITY a "{"a" * 50_000}">]>')


def _external(address: str, *, parameter: bool = False) -> str:
    """Write an entity that is somewhere else."""
    if parameter:
        return process("", before=f'<!DOCTYPE d [<!ENTITY % a SYSTEM "{address}"> %a;]>')
    return process("&a;", before=f'<!DOCTYPE d [<!ENTITY a SYSTEM "{address}">]>')


def _utf_7() -> str:
    """Write a document type that only shows when the text is read as UTF-7."""
    hidden = "+ADwAIQ-DOCTYPE d +AFsAPAAh-ENTITY a +ACI-b+ACIAPgBdAD4-"
    return f'<?xml version="1.0" encoding="UTF-7"?>{hidden}+ADw-d+AD4AJg-a+ADsAPA-/d+AD4-'


def _task(attributes: str = "", inside: str = "") -> str:
    return process(
        _START + f'<bpmn:userTask id="t"{attributes}>{inside}</bpmn:userTask>' + flow("f", "s", "t")
    )


def _one(text: Callable[[], str]) -> Callable[[], Files]:
    return lambda: {"p.bpmn": text()}


def _beside(count: int, size: int) -> Callable[[], Files]:
    return lambda: {"p.bpmn": good(), **{f"f{i}.json": "x" * size for i in range(count)}}


#: Attack → its files, and the rule that refuses them.
ATTACKS: dict[str, tuple[Callable[[], Files], str]] = {
    "a billion laughs": (_one(_laughs), "xml"),
    "one long entity twenty thousand times": (_one(_quadratic), "xml"),
    "an entity from a file": (_one(lambda: _external("file:///etc/passwd")), "xml"),
    "an entity from the network": (_one(lambda: _external("http://127.0.0.1:1/a")), "xml"),
    "a parameter entity": (
        _one(lambda: _external("http://127.0.0.1:1/a.dtd", parameter=True)),
        "xml",
    ),
    "an external document type": (
        _one(lambda: process("", before='<!DOCTYPE d SYSTEM "file:///dev/zero">')),
        "xml",
    ),
    "50 MB of text": (_one(lambda: process("x" * 50_000_000)), "files"),
    "50 MB of letters of four bytes": (_one(lambda: process("\U0001f4a3" * 12_500_000)), "files"),
    "100,000 elements": (_one(lambda: process('<bpmn:userTask id="t"/>' * 100_000)), "files"),
    "50,000 small elements": (_one(lambda: process("<a/>" * 50_000)), "xml"),
    "100,000 levels": (_one(lambda: process("<a>" * 100_000)), "xml"),
    "200 levels that are closed": (_one(lambda: process("<a>" * 200 + "</a>" * 200)), "xml"),
    "a million attributes at one element": (
        _one(lambda: _task("".join(f' a{i}=""' for i in range(1_000_000)))),
        "files",
    ),
    "8,000 attributes at one element": (
        _one(lambda: _task("".join(f' a{i}=""' for i in range(8_000)))),
        "xml",
    ),
    "2,500 namespaces": (
        _one(lambda: process("", more="".join(f' xmlns:n{i}="u:{i}"' for i in range(2_500)))),
        "start",
    ),
    "a value of a million characters": (_one(lambda: _task(f' name="{"x" * 1_000_000}"')), "xml"),
    "an id of a million characters": (
        _one(lambda: process(f'<bpmn:userTask id="{"x" * 1_000_000}"/>')),
        "xml",
    ),
    "an id of 50,000 characters": (
        _one(lambda: process(f'<bpmn:startEvent id="{"x" * 50_000}"/>')),
        "id",
    ),
    "a condition of a million characters": (
        _one(lambda: process(flow("f", "s", "t", "${" + "1+" * 500_000 + "1}"))),
        "xml",
    ),
    "a condition of 90,000 characters": (
        _one(lambda: process(flow("f", "s", "t", "${" + "(" * 45_000 + ")" * 45_000 + "}"))),
        "expression",
    ),
    "another encoding declared, UTF-7": (_one(_utf_7), "xml"),
    "another encoding declared, UTF-16": (
        _one(lambda: process("", before='<?xml version="1.0" encoding="UTF-16"?>')),
        "start",
    ),
    "bytes of UTF-16 read as text": (
        _one(lambda: good().encode("utf-16").decode("latin-1")),
        "xml",
    ),
    "NUL": (_one(lambda: process("\0")), "xml"),
    "half of a character": (_one(lambda: process("\ud800")), "xml"),
    "100,000 processing instructions": (_one(lambda: process("<?a b?>" * 100_000)), "xml"),
    "100,000 comments": (_one(lambda: process("<!---->" * 100_000)), "xml"),
    "no element at all": (_one(lambda: ""), "xml"),
    "another vocabulary": (_one(lambda: "<html/>"), "process"),
    "an inclusion": (
        _one(
            lambda: process(
                '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/passwd"/>'
            )
        ),
        "start",
    ),
    "a stylesheet": (
        _one(lambda: process("", before='<?xml-stylesheet href="http://127.0.0.1:1/a.xsl"?>')),
        "start",
    ),
    "8,000 tasks in a row": (_one(lambda: row(8_000)), "size"),
    "900 tasks in a row": (_one(lambda: row(900)), "size"),
    "5,000 flows between two nodes": (_one(lambda: between_two(5_000)), "size"),
    "50,000 flows between two nodes": (_one(lambda: between_two(50_000)), "files"),
    "80 gateways, each to each": (_one(lambda: everyone_to_everyone(80)), "size"),
    "55 sub-processes, each in another": (_one(lambda: nested(55)), "size"),
    "3,000 events at one edge": (_one(lambda: edges(3_000)), "size"),
    "a script of 24,000 lines": (
        _one(
            lambda: process(
                '<bpmn:scriptTask id="t"><bpmn:script>'
                + "a=1\n" * 24_000
                + "</bpmn:script></bpmn:scriptTask>"
            )
        ),
        "size",
    ),
    "15,000 mistakes": (_one(lambda: process('<bpmn:task id="t"/>' * 15_000)), "size"),
    "30,000 strange attributes": (
        _one(lambda: process('<bpmn:laneSet id="t" a="" b="" c=""/>' * 10_000)),
        "findings",
    ),
    "100,000 files": (_beside(100_000, 1), "files"),
    "a form of 50 MB": (_beside(1, 50_000_000), "files"),
    "sixty forms of 100 kB": (_beside(60, 100_000), "files"),
    "a file named upwards": (lambda: {"p.bpmn": good(), "../../etc/cron.d/a": ""}, "files"),
    "a table of a billion laughs": (lambda: {"p.bpmn": good(), "t.dmn": _laughs()}, "xml"),
}
