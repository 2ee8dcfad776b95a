"""Forms: the schemas that form-js draws, read once, and answers checked by the same schema.

A form is a file beside its diagram, deployed and versioned with it. What the browser shows is the
caller's matter; what may be answered is decided here, whatever was sent.
"""

from engine.forms.answers import Answers, Problem, Submitted, read_answers
from engine.forms.model import Choice, Field, Form, Kind, Limits
from engine.forms.reading import SUFFIX, form_of, read
from engine.forms.showing import Shown, ShownField, show

__all__ = [
    "SUFFIX",
    "Answers",
    "Choice",
    "Field",
    "Form",
    "Kind",
    "Limits",
    "Problem",
    "Shown",
    "ShownField",
    "Submitted",
    "form_of",
    "read",
    "read_answers",
    "show",
]
