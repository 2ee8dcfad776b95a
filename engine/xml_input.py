"""Reads a diagram's XML without entities, network or surprises of size."""

from lxml import etree

from engine.errors import DeploymentRefused, Finding

MAX_BYTES = 5_000_000
MAX_ELEMENTS = 50_000


def read_diagram(text: str, name: str) -> etree._Element:
    """Return the root element of a diagram.

    Args:
        text: The file's content.
        name: The file's name, for the message.

    Raises:
        DeploymentRefused: Too large, not well-formed, or it declares entities.
    """
    content = text.encode()
    if len(content) > MAX_BYTES:
        raise _refused(name, f"is larger than {MAX_BYTES} bytes")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise _refused(name, f"is not well-formed XML: {error}") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise _refused(name, "declares a document type, which no diagram needs")
    if sum(1 for _ in root.iter()) > MAX_ELEMENTS:
        raise _refused(name, f"has more than {MAX_ELEMENTS} elements")
    return root


def _refused(name: str, reason: str) -> DeploymentRefused:
    """Return the one finding of a file that was not even read."""
    return DeploymentRefused([Finding(element_id=name, rule="xml", message=f"The file {reason}.")])
