"""How far a batch is, and its grid: a row for each subject, a column for each case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from prompts.models import PromptVersion
from prompts.pages.words import interval_words, percent_words
from recordings.models import SalesCall
from salesiq.people.models import User
from testcases.models import BatchStatus, CaseBatch, CaseRun, CaseVersion, RunStatus

ROWS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Progress:
    is_live: bool
    percent: int
    error: str


@dataclass(frozen=True, slots=True)
class Column:
    """A case of the batch, and how many of the runs that the reader sees passed it."""

    version: CaseVersion
    passed: str
    interval: str


@dataclass(frozen=True, slots=True)
class Row:
    """What is judged: a call, a prompt or a transcript; `runs` are None where there is none yet."""

    name: str
    sub: str
    call_id: UUID | None
    runs: Sequence[CaseRun | None]


@dataclass(frozen=True, slots=True)
class Grid:
    """`hidden`: subjects that the reader may not see; they are left out."""

    columns: Sequence[Column]
    rows: Sequence[Row]
    cut: Page[Any]
    hidden: int


def progress_of(batch: CaseBatch) -> Progress:
    return Progress(
        is_live=batch.status in (BatchStatus.WAITING, BatchStatus.RUNNING),
        percent=round(100 * batch.done / batch.total) if batch.total else 0,
        error=batch.error,
    )


def grid_of(batch: CaseBatch, user: User, page: str | None) -> Grid:
    """The runs that `user` may see; a fixed number of queries."""
    ids = [UUID(str(each)) for each in batch.versions]
    versions = {
        each.pk: each for each in CaseVersion.objects.filter(pk__in=ids).select_related("case").defer("content")
    }
    ordered = [versions[pk] for pk in ids if pk in versions]
    subjects, hidden = _seen(batch, user)
    cut = Paginator(subjects, ROWS_SHOWN).get_page(page)
    runs = list(
        CaseRun.objects.visible_to(user)
        .filter(batch=batch)
        .select_related("agent")
        .defer("lines", "versions", "timings")
    )
    by_place = {(_place_of(run), run.version_id): run for run in runs}
    rows = [
        Row(
            each["name"], each["sub"], each["call_id"],
            [by_place.get((each["place"], version.pk)) for version in ordered],
        )
        for each in cut
    ]  # fmt: skip
    return Grid([_column(version, runs) for version in ordered], rows, cut, hidden)


def _column(version: CaseVersion, runs: Sequence[CaseRun]) -> Column:
    told = [run.passed for run in runs if run.version_id == version.pk and run.status == RunStatus.JUDGED]
    known = [passed for passed in told if passed is not None]
    if not known:
        return Column(version, "", "")
    n = sum(known)
    return Column(version, percent_words(n / len(known)), interval_words(n, len(known)))


def _place_of(run: CaseRun) -> str:
    """Which subject of its batch a run is of: its key is `batch:ID:PLACE:VERSION`."""
    return [*run.key.split(":"), "", ""][2]


def _seen(batch: CaseBatch, user: User) -> tuple[list[dict[str, Any]], int]:
    """Subjects in their order with their names, and how many the reader may not see."""
    ids: Mapping[str, list[str]] = {
        kind: [str(each["id"]) for each in batch.subjects if each.get("kind") == kind and each.get("id")]
        for kind in ("call", "prompt")
    }
    calls = SalesCall.objects.visible_to(user).filter(pk__in=ids["call"]).select_related("customer", "agent")
    prompts = PromptVersion.objects.visible_to(user).filter(pk__in=ids["prompt"]).select_related("prompt")
    known: dict[str, dict[str, Any]] = {}
    for call in calls.only("title", "started_at", "customer__name", "agent__name"):
        name = call.title or (call.customer.name if call.customer else "") or _("Call")
        known[str(call.pk)] = {"name": name, "sub": call.agent.name if call.agent else "", "call_id": call.pk}
    for version in prompts.only("number", "prompt__title"):
        known[str(version.pk)] = {"name": version.prompt.title, "sub": f"v{version.number}", "call_id": None}
    seen, hidden = [], 0
    for at, each in enumerate(batch.subjects):
        key = str(each.get("id", ""))
        if key in known:
            seen.append({"place": str(at), **known[key]})
        elif each.get("kind") == "transcript":
            name = str(each.get("name") or _("Transcript %(n)d") % {"n": at + 1})
            seen.append({"place": str(at), "name": name, "sub": "", "call_id": None})
        else:
            hidden += 1
    return seen, hidden
