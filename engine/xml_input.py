"""Reads a diagram's XML without entities, network or surprises of size.

Each bound has its attack; what can be counted in the text is counted before a parser sees it.
"""

from lxml import etree

from engine.errors import DeploymentRefused, Finding

#: Fifty times our largest diagram, layout included. Attack: a file that fills the memory.
MAX_CHARACTERS = 2_000_000
#: A process has some hundred nodes; each takes some ten elements with its layout.
#: Attack: a hundred thousand of them, which take minutes to look at.
MAX_ELEMENTS = 20_000
#: Deeper than any modeler lets one nest. Attack: the stack of whatever walks the tree.
MAX_DEPTH = 60
#: Camunda's richest task has some twenty. Attack: a million at one element.
MAX_ATTRIBUTES = 100
#: From one `<` to the next: a tag and the text after it, such as a long documentation.
#: Attack: a name or a value of megabytes, which each message and index would carry along.
MAX_PIECE = 100_000

_DOCTYPE = "<!DOCTYPE"


def read_diagram(text: str, name: str) -> etree._Element:
    """Return the root element of a diagram.

    Args:
        text: The file's content.
        name: The file's name, for the message.

    Raises:
        DeploymentRefused: Too large, not well-formed, or it declares a document type.
    """
    if reason := _by_counting(text):
        raise _refused(name, reason)
    # The text was decoded already: what it says of its own encoding is not asked.
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, encoding="utf-8"
    )
    try:
        root = etree.fromstring(text.encode(), parser)
    except UnicodeEncodeError as error:
        raise _refused(name, "holds half of a character: save it as UTF-8") from error
    except etree.XMLSyntaxError as error:
        raise _refused(name, f"is not well-formed XML: {str(error)[:200]}") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise _refused(name, "declares a document type, which no diagram needs: take it away")
    if reason := _by_walking(root):
        raise _refused(name, reason)
    return root


def _by_counting(text: str) -> str | None:
    """Return why a text is not even parsed."""
    if len(text) > MAX_CHARACTERS:
        return f"has more than {MAX_CHARACTERS} characters: split the process"
    if _DOCTYPE in text:
        return "declares a document type, which no diagram needs: take it away"
    if text.count("<") > 3 * MAX_ELEMENTS:
        return f"has more than {MAX_ELEMENTS} elements: split the process"
    if max(map(len, text.split("<"))) > MAX_PIECE:
        return f"has a tag or a text of more than {MAX_PIECE} characters: shorten it"
    return None


def _by_walking(root: etree._Element) -> str | None:
    """Return why a tree is not looked at."""
    count, waiting = 0, [(root, 1)]
    while waiting:
        element, depth = waiting.pop()
        count += 1
        if count > MAX_ELEMENTS:
            return f"has more than {MAX_ELEMENTS} elements: split the process"
        if depth > MAX_DEPTH:
            return f"has elements within elements, {MAX_DEPTH} deep: make it flatter"
        if len(element.attrib) > MAX_ATTRIBUTES:
            return f"has an element with more than {MAX_ATTRIBUTES} attributes: take some away"
        waiting.extend((child, depth + 1) for child in element.iterchildren("*"))
    return None


def _refused(name: str, reason: str) -> DeploymentRefused:
    """Return the one finding of a file that was not even read."""
    place = name[:100]
    return DeploymentRefused([Finding(element_id=place, rule="xml", message=f"The file {reason}.")])
