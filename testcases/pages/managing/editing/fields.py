"""Fields of the editor: what each is called, how it is typed, and what was typed as a value of the document."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made_with
from typing import Any, Literal

from django.http import QueryDict
from django.utils.translation import gettext as _

Kind = Literal["text", "area", "lines", "number", "whole", "slider", "minutes", "choice", "check"]
NUMERIC = ("number", "whole", "slider", "minutes")


@dataclass(frozen=True, slots=True)
class Spec:
    """A field: `name` is the part of the document it fills. `low`, `high`, `step` bound numbers; `ends` are the words
    at both ends of a slider; `wide` takes the whole row."""

    name: str
    label: Any
    kind: Kind = "text"
    help: Any = ""
    example: Any = ""
    choices: Sequence[tuple[str, Any]] = ()
    default: Any = ""
    low: float = 0
    high: float = 100
    step: float = 1
    ends: tuple[Any, Any] = ("", "")
    wide: bool = False
    optional: bool = False


@dataclass(slots=True)
class Field:
    """A field as it stands on the page: `name` of the input, `text` that it shows, and what is wrong with it."""

    spec: Spec
    token: str
    text: str
    problems: list[str] = made_with(default_factory=list)
    choices: Sequence[tuple[str, Any]] = ()

    @property
    def name(self) -> str:
        return f"{self.token}-{self.spec.name}"

    @property
    def is_checked(self) -> bool:
        return self.text == "1"

    @property
    def is_empty(self) -> bool:
        return self.spec.kind not in (*NUMERIC, "choice", "check") and not self.text.strip()

    @property
    def first_line(self) -> str:
        return self.text.strip().partition("\n")[0]

    @property
    def chosen(self) -> str:
        """The words of what is chosen."""
        return next((str(words) for value, words in self.choices if value == self.text), self.text)

    @property
    def value(self) -> Any:
        """What the text says in the document; a number that is none stays a text and is told by `misread`."""
        kind, text = self.spec.kind, self.text.strip()
        if kind == "lines":
            return [line.strip() for line in text.splitlines() if line.strip()]
        if kind == "check":
            return self.is_checked
        if kind in NUMERIC:
            number = _number(text or str(self.spec.default))
            if number is None:
                return text
            if kind == "minutes":
                return round(60 * number)
            return int(number) if kind == "whole" and number.is_integer() else number
        return text

    @property
    def misread(self) -> str:
        """What is wrong with the text itself, before the document is looked at."""
        if self.spec.kind not in NUMERIC or (self.spec.optional and not self.text.strip()):
            return ""
        number = _number(self.text.strip() or str(self.spec.default))
        if number is None:
            return _("Write a number.")
        if self.spec.kind == "whole" and not number.is_integer():
            return _("Write a whole number.")
        return ""


@dataclass(slots=True)
class Part:
    """Fields that fill one object of the document, at `base` (a JSON Pointer); `problems` are those of no field."""

    token: str
    fields: list[Field]
    base: str = ""
    key: str = ""
    problems: list[str] = made_with(default_factory=list)

    def field(self, name: str) -> Field:
        return next(each for each in self.fields if each.spec.name == name)

    @property
    def named(self) -> Mapping[str, Field]:
        """For templates: fields by name."""
        return {each.spec.name: each for each in self.fields}

    @property
    def is_empty(self) -> bool:
        """Nothing was written in it; what is chosen or switched does not count."""
        return all(each.is_empty for each in self.fields if each.spec.kind not in (*NUMERIC, "choice", "check"))

    @property
    def document(self) -> dict[str, Any]:
        return {
            each.spec.name: each.value
            for each in self.fields
            if not (each.spec.optional and not each.text.strip())
        }  # fmt: skip

    def place(self, pointer: str, message: str) -> None:
        """Put a problem where it is: at the field that `pointer`, within `base`, names, or at the part."""
        name = pointer.removeprefix(self.base).strip("/").split("/")[0]
        found = next((each for each in self.fields if each.spec.name == name), None)
        (found.problems if found else self.problems).append(message)

    def look(self) -> int:
        """Put what cannot be read at its field; how many those are."""
        wrong = [each for each in self.fields if each.misread]
        for each in wrong:
            each.problems.append(each.misread)
        return len(wrong)

    @property
    def problem_count(self) -> int:
        return len(self.problems) + sum(len(each.problems) for each in self.fields)


def part_of(token: str, specs: Sequence[Spec], values: Mapping[str, Any], key: str = "") -> Part:
    """A part that shows `values`; what they leave out has its default."""
    fields = [Field(spec, token, _text(spec, values.get(spec.name, spec.default)), [], spec.choices) for spec in specs]
    return Part(token, fields, key=key or str(values.get("key", "")))


def read_part(data: QueryDict, token: str, specs: Sequence[Spec]) -> Part:
    """A part as it was typed. A field that was not sent has its default; a box that was not ticked is off."""
    fields = []
    for spec in specs:
        name = f"{token}-{spec.name}"
        if spec.kind == "check":
            text = "1" if name in data else ""
        else:
            text = data.get(name, _text(spec, spec.default)).replace("\r\n", "\n")
        fields.append(Field(spec, token, text, [], spec.choices))
    return Part(token, fields, key=data.get(f"{token}-key", "").strip())


def _text(spec: Spec, value: Any) -> str:
    if spec.kind == "lines":
        return value if isinstance(value, str) else "\n".join(str(line) for line in value)
    if spec.kind == "check":
        return "1" if value else ""
    if value is None or value == "":
        return ""
    if spec.kind == "minutes":
        return f"{value / 60:g}" if isinstance(value, int | float) else str(value)
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def _number(text: str) -> float | None:
    try:
        number = float(text.replace(",", ".").replace(" ", ""))
    except ValueError:
        return None
    return number if abs(number) < 1e9 else None
