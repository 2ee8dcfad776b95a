"""Diagrams whose instances the tests repair."""

from tests.unit.bpmn.diagrams import (
    ask,
    boundary,
    diagram,
    end,
    node,
    sequence,
    start,
    timer,
    when,
)

MESSAGE = '<bpmn:message id="m" name="paid"/>'
AWAIT = node("intermediateCatchEvent", "wait", '<bpmn:messageEventDefinition messageRef="m"/>')


def gateway(kind: str, name: str, **attributes: str) -> str:
    return node(f"{kind}Gateway", name, **attributes)


#: start → a → b → c → end, the middle one with two timers at its edge.
LINE = diagram(
    start()
    + ask("a")
    + ask("b")
    + ask("c")
    + end()
    + boundary("late", "b", timer("P10D"), interrupting=False)
    + boundary("over", "b", timer("P20D"))
    + ask("hurry")
    + end("hurried"),
    flows="start>a>b>c>end; late>hurry>hurried; over>c",
)

#: Two branches, two steps each, and a join.
FORK = diagram(
    start()
    + ask("first")
    + gateway("parallel", "fork")
    + ask("left")
    + ask("left2")
    + ask("right")
    + ask("right2")
    + gateway("parallel", "join")
    + ask("after")
    + end(),
    flows="start>first>fork>left>left2>join>after>end; fork>right>right2>join",
)

#: A sub-process with a timer at its edge, two branches inside, between two steps.
INSIDE = diagram(
    start()
    + ask("before")
    + node(
        "subProcess",
        "sub",
        start("open") + ask("one") + ask("two") + end("close") + sequence("open>one>two>close"),
    )
    + boundary("edge", "sub", timer("P5D"), interrupting=False)
    + ask("nudge")
    + end("nudged")
    + ask("behind")
    + end(),
    flows="start>before>sub>behind>end; edge>nudge>nudged",
)

EACH = (
    '<bpmn:multiInstanceLoopCharacteristics camunda:collection="people" '
    'camunda:elementVariable="person"/>'
)

#: A user task for each person, then a sub-process for each, with a clock inside.
MANY = diagram(
    start()
    + ask("each", EACH)
    + node(
        "subProcess",
        "group",
        EACH
        + start("open")
        + ask("one")
        + ask("two")
        + end("close")
        + boundary("slow", "one", timer("P1D"))
        + sequence("open>one>two>close;slow>two"),
    )
    + ask("behind")
    + end(),
    flows="start>each>group>behind>end",
)

#: A wait for the first of two events, inside a sub-process.
FIRST = diagram(
    start()
    + ask("a")
    + node(
        "subProcess",
        "sub",
        start("open")
        + node("eventBasedGateway", "first")
        + AWAIT
        + node("intermediateCatchEvent", "late", timer("P1D"))
        + end("close1")
        + end("close2")
        + sequence("open>first>wait>close1; first>late>close2"),
    )
    + ask("z")
    + end(),
    flows="start>a>sub>z>end",
    roots=MESSAGE,
)

#: Two steps, and beside them what a message and a clock start.
BESIDE = diagram(
    start()
    + ask("a")
    + ask("b")
    + end()
    + node(
        "subProcess",
        "told",
        node(
            "startEvent",
            "on_news",
            '<bpmn:messageEventDefinition messageRef="m"/>',
            isInterrupting="false",
        )
        + ask("react")
        + ask("answer")
        + end("reacted")
        + sequence("on_news>react>answer>reacted"),
        triggeredByEvent="true",
    )
    + node(
        "subProcess",
        "late",
        node("startEvent", "on_time", timer("P3D"), isInterrupting="true")
        + ask("close")
        + end("closed")
        + sequence("on_time>close>closed"),
        triggeredByEvent="true",
    ),
    flows="start>a>b>end",
    roots=MESSAGE,
)

#: Many instances of two branches, clocks at their edge, in one of two ways that may both be taken.
MIXED = diagram(
    start()
    + ask("a")
    + gateway("inclusive", "choose", default="choose_b")
    + ask("b")
    + node(
        "subProcess",
        "many",
        EACH
        + start("open")
        + gateway("parallel", "fork")
        + ask("m1")
        + ask("m2")
        + gateway("parallel", "join")
        + ask("m3")
        + end("close")
        + sequence("open>fork>m1>join>m3>close; fork>m2>join"),
    )
    + boundary("again", "many", timer("R/P1D", "timeCycle"), interrupting=False)
    + ask("remind")
    + end("reminded")
    + boundary("over", "many", timer("P9D"))
    + gateway("inclusive", "meet")
    + ask("z")
    + end()
    + when("choose", "many", "go == true"),
    flows="start>a>choose; choose>b>meet>z>end; many>meet; again>remind>reminded; over>z",
)

ALL = {
    "line": LINE,
    "fork": FORK,
    "inside": INSIDE,
    "many": MANY,
    "first": FIRST,
    "beside": BESIDE,
    "mixed": MIXED,
}
