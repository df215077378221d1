"""The questions of a scorecard as the editor shows and reads them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recordings.pages.standards.posted import Posted, as_number, new_key, tokens
from recordings.quality.criteria import ANSWERERS, KINDS
from recordings.quality.faults import Fault
from recordings.quality.rules.measure import Rule
from recordings.quality.rules.registry import RULES
from recordings.quality.weights import share_out

KIND_NAMES: dict[str, Promise] = {
    "points": gettext_lazy("Share of the points, in quarters"),
    "yes_no": gettext_lazy("Yes or no"),
    "scale": gettext_lazy("Scale"),
    "choice": gettext_lazy("Choice of answers"),
}
ANSWERER_NAMES: dict[str, Promise] = {
    "rule": gettext_lazy("A rule"),
    "model": gettext_lazy("A language model"),
    "person": gettext_lazy("A person"),
}
FIELDS = ("name", "weight", "kind", "answered_by", "rule", "phrases", "guidance", "instruction", "scale", "choices",
          "section", "key")  # fmt: skip


@dataclass(frozen=True, slots=True)
class ParameterField:
    name: str
    label: str
    meaning: str
    value: Any
    default: float
    low: float
    high: float
    error: str = ""


@dataclass(frozen=True, slots=True)
class RuleField:
    """A rule to choose, with its numbers as fields."""

    name: str
    label: str
    describes: str
    parameters: list[ParameterField]
    takes_phrases: bool


@dataclass(frozen=True, slots=True)
class ChoiceField:
    token: str
    key: str
    label: str
    share: Any
    fails: bool


@dataclass(frozen=True, slots=True)
class QuestionField:
    """One question as its row of the editor. Values stand as they were written, also wrong ones."""

    token: str
    values: Mapping[str, Any]
    share: str
    rule: RuleField | None
    choices: list[ChoiceField]
    fault: Fault | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    agreement: str = ""

    @property
    def key(self) -> str:
        return str(self.values.get("key", ""))

    @property
    def weight(self) -> str:
        return number_text(self.values.get("weight"))

    @property
    def kind(self) -> str:
        return str(self.values.get("kind", "points"))

    @property
    def answered_by(self) -> str:
        return str(self.values.get("answered_by", "rule"))

    @property
    def allow_na(self) -> bool:
        return bool(self.values.get("allow_na", True))

    @property
    def scale(self) -> Sequence[Any]:
        return self.values.get("scale") or (1, 5)

    @property
    def phrases(self) -> str:
        return "\n".join(map(str, self.values.get("parameters", {}).get("phrases", ())))


@dataclass(frozen=True, slots=True)
class SectionField:
    token: str
    name: str
    questions: list[QuestionField]


def sections_of(criteria: Sequence[Mapping[str, Any]], faults: Mapping[int, Fault]) -> list[SectionField]:
    """The editor's sections: questions that follow each other under the same heading stand in one."""
    shares = shares_of(criteria)
    sections: list[SectionField] = []
    for index, values in enumerate(criteria):
        name = str(values.get("section") or "")
        if not sections or sections[-1].name != name:
            sections.append(SectionField(f"s{index}", name, []))
        sections[-1].questions.append(_question(f"q{index}", values, shares[index], faults.get(index)))
    return sections or [SectionField("s0", "", [])]


def with_agreement(sections: Sequence[SectionField], lines: Mapping[str, str]) -> list[SectionField]:
    """The same, each question with its line of how far people agree with its automatic answers."""
    return [
        replace(section, questions=[replace(q, agreement=lines.get(q.key, "")) for q in section.questions])
        for section in sections
    ]


def blank_question() -> QuestionField:
    """What a new question begins as; the editor puts its token in the place of `__TOKEN__`."""
    values = {"name": "", "weight": 10, "kind": "yes_no", "answered_by": "person"}
    return _question("__TOKEN__", values, "", None)


def rule_fields() -> list[RuleField]:
    """Every rule with its defaults; tokens are put in by the editor."""
    return [_rule(rule, {}, None) for rule in RULES.values()]


def read_questions(data: QueryDict) -> list[dict[str, Any]]:
    """The criteria as posted, in the JSON form; wrong values stand as they were written."""
    section = ""
    rows: list[dict[str, Any]] = []
    for token in tokens(data):
        posted = Posted(data, token)
        if token.startswith("s"):
            section = posted.text("name")
        else:
            rows.append(_read(posted, section))
    taken = [row["key"] for row in rows if row["key"]]
    for row in rows:
        if not row["key"]:
            row["key"] = new_key(row["name"], taken, "question")
            taken.append(row["key"])
    return rows


def number_text(value: Any) -> str:
    """A number as one writes it into a field; anything else as it stands."""
    return f"{value:g}" if isinstance(value, int | float) else str(value or "")


def shares_of(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Each row's points of 100 as text; empty while the weights are not numbers above 0."""
    try:
        return [f"{share:g}" for share in map(float, share_out([float(row["weight"]) for row in rows]))]
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return [""] * len(rows)


def _read(posted: Posted, section: str) -> dict[str, Any]:
    answered_by, kind = posted.text("answered_by") or "rule", posted.text("kind") or "points"
    row: dict[str, Any] = {
        "key": posted.text("key"),
        "name": posted.text("name"),
        "section": section,
        "weight": posted.number("weight"),
        "kind": kind,
        "answered_by": answered_by,
        "guidance": posted.text("guidance"),
        "critical": posted.ticked("critical"),
        "allow_na": posted.ticked("allow_na"),
    }
    if answered_by == "rule":
        row["rule"] = posted.text("rule")
        row["parameters"] = _read_parameters(posted, RULES.get(row["rule"]))
    if answered_by == "model":
        row["instruction"] = posted.text("instruction")
    if kind == "scale":
        row["scale"] = [posted.number("scale_low"), posted.number("scale_high")]
    if kind == "choice":
        row["choices"] = list(_read_choices(posted))
    return row


def _read_parameters(posted: Posted, rule: Rule | None) -> dict[str, Any]:
    """What was filled in for the rule that is chosen; fields of another one do not count."""
    if rule is None:
        return {}
    filled = {name: as_number(text) for name, text in posted.named("p-") if text and name in rule.parameters}
    phrases = posted.lines("phrases") if rule.takes_phrases else []
    return {**filled, **({"phrases": phrases} if phrases else {})}


def _read_choices(posted: Posted) -> Iterator[dict[str, Any]]:
    taken: list[str] = []
    for token in posted.text("choices").split():
        label, key = posted.text(f"{token}-label"), posted.text(f"{token}-key")
        key = key or new_key(label, [*taken, "na"], "answer")
        taken.append(key)
        share = posted.number(f"{token}-share")
        share = round(share / 100, 4) if isinstance(share, int | float) else share
        yield {"key": key, "label": label, "share": share, "fails": posted.ticked(f"{token}-fails")}


def _question(token: str, values: Mapping[str, Any], share: str, fault: Fault | None) -> QuestionField:
    rule = RULES.get(str(values.get("rule", "")))
    return QuestionField(
        token=token,
        values=values,
        share=share,
        rule=_rule(rule, values.get("parameters", {}), fault) if rule else None,
        choices=[_choice(index, each) for index, each in enumerate(values.get("choices", ()))],
        fault=fault,
        errors={fault.field or "name": fault.sentence} if fault else {},
    )


def _choice(index: int, values: Mapping[str, Any]) -> ChoiceField:
    share = values.get("share")
    per_cent = f"{100 * share:g}" if isinstance(share, int | float) else share
    return ChoiceField(f"c{index}", str(values.get("key", "")), str(values.get("label", "")), per_cent,
                       bool(values.get("fails")))  # fmt: skip


def _rule(rule: Rule, given: Mapping[str, Any], fault: Fault | None) -> RuleField:
    wrong = fault.field.removeprefix("parameters.") if fault and fault.field.startswith("parameters.") else ""
    parameters = [
        ParameterField(
            name=name,
            label=name.replace("_", " "),
            meaning=each.meaning,
            value=given.get(name, ""),
            default=each.default,
            low=each.low,
            high=each.high,
            error=fault.sentence if fault and wrong == name else "",
        )
        for name, each in rule.parameters.items()
    ]
    return RuleField(rule.name, rule_name(rule.name), rule.describes, parameters, rule.takes_phrases)


def rule_name(name: str) -> str:
    """A rule's name as words."""
    return name.replace("_", " ").capitalize()


def choices_of_form() -> dict[str, list[tuple[str, str]]]:
    """What the editor's selects offer."""
    return {
        "kinds": [(kind, str(KIND_NAMES[kind])) for kind in KINDS],
        "answerers": [(kind, str(ANSWERER_NAMES[kind])) for kind in ANSWERERS],
        "rules": [("", _("Choose a rule")), *((name, rule_name(name)) for name in RULES)],
    }
