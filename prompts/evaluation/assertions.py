"""What must hold of an answer: the kinds of assertions, how each is written, and the check of a list of them.

An assertion is an object: `kind`, what the kind takes, and `weight` (1 unless said otherwise) in the score.
Where `value` is left out, the case's right answer stands in its place.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import regex
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prompts.evaluation import similarity, text_assertions, value_assertions
from prompts.evaluation.results import Answer, Assertion, Finding, Judge, NotJudgedError, Result

JUDGED_LEAST = 3.5
_DIMENSIONS = ("accuracy", "relevance", "helpfulness")


def judged(assertion: Assertion, answer: Answer) -> Finding:
    """The judge gives `min` (3.5 of 5 unless said otherwise) or more, for one `dimension` or on the mean of three."""
    if answer.judge is None:
        return Finding(None, None, _("No model that judges was chosen."))
    try:
        said = answer.judge(str(assertion.get("value") or ""))
    except NotJudgedError as error:
        return Finding(None, None, str(error))
    share = getattr(said, assertion["dimension"]) if assertion.get("dimension") else said.mean
    given, least = 1 + 4 * share, float(assertion.get("min", JUDGED_LEAST))
    message = _("%(given)s of 5, less than %(least)s: %(reason)s") % {
        "given": f"{given:.1f}", "least": f"{least:g}", "reason": said.reason,
    }  # fmt: skip
    return Finding(given >= least - 1e-9, share, said.reason if given >= least - 1e-9 else message)


@dataclass(frozen=True, slots=True)
class Kind:
    """`takes` are the fields it knows besides kind and weight; of `needs` each must be there."""

    title: str | Promise
    check: Callable[[Assertion, Answer], Finding]
    takes: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    takes_expected: bool = False


KINDS: dict[str, Kind] = {
    "equals": Kind(gettext_lazy("Equals"), text_assertions.equals, ("value", "case"), takes_expected=True),
    "contains": Kind(
        gettext_lazy("Contains"), text_assertions.contains, ("value", "any", "case"), takes_expected=True
    ),
    "not_contains": Kind(
        gettext_lazy("Does not contain"), text_assertions.not_contains, ("value", "case"), ("value",)
    ),
    "regex": Kind(gettext_lazy("Matches a pattern"), text_assertions.matches, ("value", "case"), ("value",)),
    "json_path": Kind(
        gettext_lazy("Has at a path"), value_assertions.at_path, ("path", "value", "min", "max", "case"), ("path",)
    ),
    "json_schema": Kind(gettext_lazy("Fits a JSON Schema"), value_assertions.fits_schema, ("value",)),
    "range": Kind(
        gettext_lazy("Number in a range"), value_assertions.in_range, ("min", "max", "path", "value", "tolerance")
    ),
    "label": Kind(gettext_lazy("Is a label"), text_assertions.has_label, ("value",), takes_expected=True),
    "length": Kind(gettext_lazy("Length"), text_assertions.has_length, ("min", "max", "unit")),
    "language": Kind(gettext_lazy("Language"), text_assertions.in_language, ("value",), ("value",)),
    "similarity": Kind(
        gettext_lazy("Means the same"), similarity.is_similar, ("value", "min"), takes_expected=True
    ),
    "judge": Kind(gettext_lazy("Judged by a model"), judged, ("value", "min", "dimension")),
}  # fmt: skip


def check_assertions(
    assertions: Sequence[Assertion],
    *,
    answer: str,
    parsed: Any,
    expected: Any,
    values: Mapping[str, Any],
    judge: Judge | None = None,
    schema: Mapping[str, Any] | None = None,
) -> list[Result]:
    """The result of each assertion, in their order. One that is written wrongly fails with what is wrong with it."""
    told = Answer(text=answer, parsed=parsed, expected=expected, values=values, schema=schema, judge=judge)
    return [_checked(place, assertion, told) for place, assertion in enumerate(assertions)]


def assertion_problems(assertions: object, *, has_expected: bool = False) -> list[str]:
    """What is wrong with a list of assertions as a person wrote it, a sentence each; empty where nothing is."""
    if not isinstance(assertions, list):
        return [_("Assertions are a list of objects, each with a kind.")]
    found = []
    for place, assertion in enumerate(assertions, start=1):
        problem = _problem(assertion, has_expected)
        if problem:
            found.append(_("Assertion %(place)d: %(problem)s") % {"place": place, "problem": problem})
    return found


def _checked(place: int, assertion: Assertion, answer: Answer) -> Result:
    kind = str(assertion.get("kind", ""))
    problem = _problem(assertion, answer.expected is not None)
    finding = Finding.of(False, problem) if problem else KINDS[kind].check(assertion, answer)
    weight = 1.0 if problem else float(assertion.get("weight", 1))
    return Result(place, kind, finding.passed, finding.score, finding.message, weight)


def _problem(assertion: object, has_expected: bool) -> str:
    if not isinstance(assertion, Mapping) or assertion.get("kind") not in KINDS:
        return _("its kind must be one of: %(kinds)s.") % {"kinds": ", ".join(KINDS)}
    kind = KINDS[assertion["kind"]]
    unknown = sorted(set(assertion) - {"kind", "weight", *kind.takes})
    if unknown:
        return _("it does not know “%(name)s”.") % {"name": unknown[0]}
    missing = [name for name in kind.needs if assertion.get(name) in (None, "", [])]
    if kind.takes_expected and not has_expected and assertion.get("value") in (None, "", []):
        missing = ["value"]
    if missing:
        return _("it needs “%(name)s”.") % {"name": missing[0]}
    return _wrong_numbers(assertion) or _wrong_content(assertion)


def _wrong_numbers(assertion: Mapping[str, Any]) -> str:
    for name in ("weight", "min", "max", "tolerance"):
        if name in assertion and (isinstance(assertion[name], bool) or not isinstance(assertion[name], int | float)):
            return _("“%(name)s” must be a number.") % {"name": name}
    if assertion.get("weight", 1) < 0 or assertion.get("tolerance", 0) < 0:
        return _("weight and tolerance must not be negative.")
    if assertion.get("min", float("-inf")) > assertion.get("max", float("inf")):
        return _("min is more than max.")
    bounded = {"min", "max", "tolerance"} & set(assertion)
    if assertion["kind"] in ("range", "length") and not bounded:
        return _("it needs “%(name)s”.") % {"name": "min"}
    return ""


def _wrong_content(assertion: Mapping[str, Any]) -> str:
    kind, problem = assertion["kind"], ""
    if kind == "regex":
        try:
            regex.compile(str(assertion["value"]))
        except regex.error as error:
            problem = _("its pattern cannot be read: %(error)s.") % {"error": error}
    elif assertion.get("path") is not None:
        wrong = value_assertions.path_problem(assertion["path"])
        problem = _("its path cannot be read: %(error)s.") % {"error": wrong} if wrong else ""
    elif kind == "json_schema" and assertion.get("value") is not None:
        wrong = value_assertions.schema_problem(assertion["value"])
        problem = _("its schema cannot be read: %(error)s.") % {"error": wrong} if wrong else ""
    elif kind == "length" and assertion.get("unit", "words") not in ("words", "characters", "sentences"):
        problem = _("its unit must be words, characters or sentences.")
    elif kind == "judge" and assertion.get("dimension") not in (None, "", *_DIMENSIONS):
        problem = _("its dimension must be accuracy, relevance or helpfulness.")
    return problem
