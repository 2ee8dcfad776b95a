"""Reads the components of a form-js schema, one by one (form-js, "Form Schema", version 16)."""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from engine.dmn import feel
from engine.errors import ExpressionError, Finding
from engine.forms.model import LONGEST_TEXT, Choice, Field, Kind, Limits

_KEY: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
_TRANSLATION: Final = re.compile(r"(label|description|text):([a-z]{2}(?:-[A-Z]{2})?)")
#: How deep groups may lie in groups. Attack: a schema as deep as it is long.
DEEPEST: Final = 8
_MOST_CHOICES: Final = 500
_LONGEST_PATTERN: Final = 200

_KINDS: Final[Mapping[str, Kind]] = {
    "textfield": "text",
    "textarea": "long_text",
    "number": "number",
    "checkbox": "yes_no",
    "radio": "one_of",
    "select": "one_of",
    "checklist": "many_of",
    "taglist": "many_of",
    "filepicker": "file",
    "text": "words",
    "separator": "line",
    "spacer": "line",
    "group": "group",
}
_DATES: Final[Mapping[str, Kind]] = {"date": "date", "time": "time", "datetime": "instant"}
#: The page has a button of its own.
_LEFT_OUT: Final = frozenset({"button"})
_REFUSED: Final = {
    "html": "HTML of its own could say anything in our name: use a text.",
    "iframe": "Another site's page in ours is not shown: put its address into a text.",
    "image": "Pictures come from other sites: put what they say into a text.",
    "dynamiclist": "A list of unknown length cannot be filled in here: use single fields.",
    "table": "A table is not drawn: put what it says into a text.",
    "expression": "A value that is worked out belongs into the diagram, as a script task.",
    "documentPreview": "Documents are shown with the process: leave it out.",
}


class Components:
    """Reads components, and gathers what is wrong with them.

    Args:
        form_id: The form's, for the place of a finding.
    """

    def __init__(self, form_id: str) -> None:
        self.findings: list[Finding] = []
        self._form_id = form_id

    def read(self, components: Sequence[Any], depth: int = 0) -> tuple[Field, ...]:
        """Read components in their order.

        Args:
            components: Of the schema, or of a group.
            depth: How many groups lie around them.

        Returns:
            Those that are right.
        """
        if depth > DEEPEST:
            self._say("?", "form-depth", f"Groups lie more than {DEEPEST} deep: flatten them.")
            return ()
        found = (self._one(each, depth) for each in components)
        return tuple(each for each in found if each is not None)

    def _one(self, given: Any, depth: int) -> Field | None:  # noqa: ANN401 - whatever the file holds
        if not isinstance(given, Mapping) or not isinstance(given.get("type"), str):
            self._say("?", "form-component", "A component has no type: take it out.")
            return None
        name, kind = str(given.get("id") or given.get("key") or "?"), self._kind(given)
        if kind is None:
            return None
        if kind == "group":
            children = self.read(_list(given.get("components")), depth + 1)
            return self._made(given, name, kind, children=children)
        if kind in ("words", "line"):
            return self._made(given, name, kind)
        key = given.get("key")
        if not isinstance(key, str) or not _KEY.fullmatch(key):
            said = "Its key must be a name of letters, digits and _, for a variable: change it."
            self._say(name, "form-key", said)
            return None
        choices, choices_from = self._choices(given, name, kind)
        return self._made(
            given,
            name,
            kind,
            key=key,
            limits=self._limits(given, name, kind),
            choices=choices,
            choices_from=choices_from,
            usual=given.get("defaultValue"),
            accepts=tuple(
                part.strip() for part in str(given.get("accept") or "").split(",") if part.strip()
            ),
            several=given.get("multiple") is True,
        )

    def _kind(self, given: Mapping[str, Any]) -> Kind | None:
        type_ = given["type"]
        if type_ in _LEFT_OUT:
            return None
        if type_ == "datetime":
            return _DATES.get(str(given.get("subtype", "date")), "date")
        kind = _KINDS.get(type_)
        if kind is None:
            said = _REFUSED.get(type_, "Our pages do not know this component: use another.")
            self._say(str(given.get("id") or "?"), f"form-component-{type_}"[:60], said)
        return kind

    def _made(self, given: Mapping[str, Any], name: str, kind: Kind, **more: Any) -> Field:  # noqa: ANN401 - a field's own
        words = "text" if kind == "words" else "label"
        if given["type"] == "datetime":
            words = "timeLabel" if kind == "time" else "dateLabel"
        return Field(
            id=name,
            kind=kind,
            label=_texts(given, words, "text" if kind == "words" else "label"),
            help=_texts(given, "description", "description"),
            hidden_when=self._hidden(given, name),
            fixed_when=self._fixed(given, name),
            look=given["type"],
            **more,
        )

    def _hidden(self, given: Mapping[str, Any], name: str) -> str | None:
        conditional = given.get("conditional")
        text = conditional.get("hide") if isinstance(conditional, Mapping) else None
        return self._condition(text, name) if text else None

    def _fixed(self, given: Mapping[str, Any], name: str) -> str | None:
        for word in ("readonly", "disabled"):
            value = given.get(word)
            if value is True:
                return "true"
            if isinstance(value, str) and value:
                return self._condition(value, name)
        return None

    def _condition(self, text: Any, name: str) -> str | None:  # noqa: ANN401 - whatever the file holds
        try:
            return feel.condition(str(text))
        except ExpressionError as error:
            self._say(name, "form-condition", str(error))
            return None

    def _choices(
        self, given: Mapping[str, Any], name: str, kind: Kind
    ) -> tuple[tuple[Choice, ...], str | None]:
        if kind not in ("one_of", "many_of"):
            return (), None
        source = given.get("valuesKey")
        if isinstance(source, str) and _KEY.fullmatch(source):
            return (), source
        made = [_choice(each) for each in _list(given.get("values"))]
        choices = [each for each in made if each is not None]
        values = [each.value for each in choices]
        if not choices or len(choices) != len(made) or len(set(values)) != len(values):
            said = "Each of its choices needs a label and a value that no other has: write them."
            self._say(name, "form-choices", said)
        if len(choices) > _MOST_CHOICES:
            self._say(name, "form-choices", f"Over {_MOST_CHOICES} choices: let it be written.")
        return tuple(choices), None

    def _limits(self, given: Mapping[str, Any], name: str, kind: Kind) -> Limits:
        asked = given.get("validate")
        told: Mapping[str, Any] = asked if isinstance(asked, Mapping) else {}
        own = given.get("properties")
        named: Mapping[str, Any] = own if isinstance(own, Mapping) else {}
        longest = self._number(told, "maxLength", name, int)
        return Limits(
            required=told.get("required") is True,
            shortest=self._number(told, "minLength", name, int) or 0,
            longest=min(longest or LONGEST_TEXT, 5 * LONGEST_TEXT),
            pattern=self._pattern(told.get("pattern"), name),
            written_as=_word(named.get("formato")) or _word(told.get("validationType")),
            least=self._number(told, "min", name, Decimal),
            greatest=self._number(told, "max", name, Decimal),
            digits=self._number(given, "decimalDigits", name, int) if kind == "number" else None,
            step=self._number(given, "increment", name, Decimal) if kind == "number" else None,
            not_before_today=given.get("disallowPassedDates") is True,
        )

    def _number(
        self, told: Mapping[str, Any], word: str, name: str, kind: Callable[[str], Any]
    ) -> Any:  # noqa: ANN401 - what `kind` makes
        value = told.get(word)
        if value is None or value == "":
            return None
        try:
            return kind(str(value))
        except (ValueError, InvalidOperation):
            self._say(name, "form-limits", f"«{word}» is no number: write one or leave it out.")
            return None

    def _pattern(self, value: Any, name: str) -> str | None:  # noqa: ANN401 - whatever the file holds
        if not value:
            return None
        text = str(value)
        problem = _problem_of_pattern(text)
        if problem is not None:
            self._say(name, "form-pattern", problem)
            return None
        return text

    def _say(self, name: str, rule: str, sentence: str) -> None:
        place = f"{self._form_id}#{name}"[:100]
        self.findings.append(Finding(element_id=place, rule=rule, message=sentence))


def _problem_of_pattern(text: str) -> str | None:
    """Say why a pattern is not taken: a repeat inside a repeat may search for ever."""
    if len(text) > _LONGEST_PATTERN:
        return f"The pattern is longer than {_LONGEST_PATTERN} characters: shorten it."
    try:
        re.compile(text)
    except re.error as error:
        return f"The pattern is no regular expression ({error}): mend it."
    if re.search(r"[*+}]\)?[*+{]|\)[*+{]|\\[1-9]|\(\?", text):
        return "The pattern repeats a group, or looks around: write it without."
    return None


def _choice(given: Any) -> Choice | None:  # noqa: ANN401 - whatever the file holds
    if not isinstance(given, Mapping):
        return None
    value, label = given.get("value"), given.get("label")
    if isinstance(value, bool) or not isinstance(value, str | int | float) or value == "":
        return None
    if not isinstance(label, str) or not label:
        return None
    return Choice(value=str(value), label=_texts(given, "label", "label"))


def _texts(given: Mapping[str, Any], word: str, translated: str) -> dict[str, str]:
    """Read a text in its languages: others than the schema's own are custom properties."""
    found = {"": str(given[word])} if given.get(word) else {}
    own = given.get("properties")
    for name, value in own.items() if isinstance(own, Mapping) else ():
        named = _TRANSLATION.fullmatch(str(name))
        if named and named.group(1) == translated and isinstance(value, str) and value:
            found[named.group(2)] = value
    return found


def _parts(value: object) -> tuple[str, ...]:
    """Read what HTML's `accept` lists."""
    text = value if isinstance(value, str) else ""
    return tuple(part.strip().lower() for part in text.split(",") if part.strip())


def _list(value: object) -> Sequence[Any]:
    return value if isinstance(value, list) else []


def _word(value: object) -> str | None:
    return value if isinstance(value, str) and value and value != "custom" else None
