"""Two versions of a case side by side, in the words of the editor."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from prompts.services.comparing import DiffRow, diff_texts
from salesiq.people.pages import page, signed_in_user
from salesiq.people.roles import Capability
from testcases.models import CaseVersion
from testcases.pages.managing.editing.draft import Draft
from testcases.pages.managing.editing.fields import Field, Part
from testcases.pages.managing.loading import load_case, version_of, versions_of

TITLES: dict[str, Any] = {
    "talk": _("The talk"),
    "persona": _("The customer"),
    "facts": _("What the customer knows"),
    "objections": _("What stands in the way"),
    "goal": _("Goal and end"),
    "criteria": _("What is judged"),
    "test": _("When it is passed"),
    "replies": _("More lines of this customer"),
}


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the case in both versions."""

    title: Any
    rows: Sequence[DiffRow]

    @property
    def differs(self) -> bool:
        return any(row.kind != "same" for row in self.rows)


@require_safe
@page(Capability.VIEW_TESTS)
def compare(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Version `a` at the left and `b` at the right; without them the newest and the one before it."""
    user = signed_in_user(request)
    case = load_case(user, case_id)
    versions = list(versions_of(case))
    right = request.GET.get("b") or (versions[0].number if versions else 0)
    left = request.GET.get("a") or _before(versions, right)
    context: dict[str, Any] = {"tc": "cases", "case": case, "versions": versions, "enough": len(versions) > 1}
    if versions:
        a, b = version_of(case, left), version_of(case, right)
        sections = sections_of(a, b)
        context |= {"a": a, "b": b, "sections": sections, "same": not any(each.differs for each in sections)}
    return render(request, "testcases/managing/diff.html", context)


def sections_of(a: CaseVersion, b: CaseVersion) -> list[Section]:
    """All parts of both versions, `a` at the left; those that neither has are left out."""
    left, right = (texts_of(Draft.of(each.content, each.case.language)) for each in (a, b))
    pairs = [(title, left[name], right[name]) for name, title in TITLES.items()]
    return [Section(title, diff_texts(one, other)) for title, one, other in pairs if one or other]


def texts_of(draft: Draft) -> dict[str, str]:
    """Each part of a case as lines that people read."""
    texts = {name: "\n".join(_part(part)) for name, part in draft.single.items()}
    texts["goal"] += "\n" + texts.pop("stop")
    for name, rows in draft.rows.items():
        texts[name] = "\n\n".join("\n".join(_part(row)) for row in rows)
    draft.check()
    texts["criteria"] = "\n\n".join("\n".join([*_part(row.part), row.sentence]) for row in draft.criteria)
    return texts


def _part(part: Part) -> Iterable[str]:
    for each in part.fields:
        if not each.text.strip() or (each.spec.kind == "check" and not each.is_checked):
            continue
        lines = _value(each).splitlines()
        if each.spec.kind == "check":
            yield str(each.spec.label)
        elif len(lines) == 1 and each.spec.kind != "lines":
            yield f"{each.spec.label}: {lines[0]}"
        else:
            yield f"{each.spec.label}:"
            yield from (f"  {line}" for line in lines)


def _value(field: Field) -> str:
    return field.chosen if field.spec.kind == "choice" else field.text.strip()


def _before(versions: Sequence[CaseVersion], right: int | str) -> int:
    """The version to hold `right` against."""
    earlier = [each.number for each in versions if str(right).isdecimal() and each.number < int(right)]
    return max(earlier, default=versions[-1].number if versions else 0)
