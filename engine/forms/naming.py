"""Holds a diagram's user tasks to the forms that are deployed with it."""

from collections.abc import Iterator, Mapping, Sequence

from lxml import etree

from engine.errors import Finding
from engine.forms.model import Form
from engine.spiff.parsing.names import bpmn, camunda

_WORDS = ("formRef", "formKey")


def findings(
    root: etree._Element, known: Mapping[str, Form], wrong: Sequence[Finding]
) -> Iterator[Finding]:
    """Yield what is wrong with the forms that user tasks name.

    Args:
        root: The diagram.
        known: The forms of the deployment that could be read.
        wrong: What is wrong with the others: a task that names one of them is not told again.

    Yields:
        A finding for each task whose form is not there.
    """
    told = {finding.element_id.partition("#")[0] for finding in wrong}
    for task in root.iter(bpmn("userTask")):
        for word in _WORDS:
            name = task.get(camunda(word))
            if name and name not in known and name not in told:
                yield Finding(
                    element_id=task.get("id", "?"),
                    rule="form",
                    message=f"The form «{name}» is not deployed with the diagram: add its file, or "
                    "take the name out.",
                )
