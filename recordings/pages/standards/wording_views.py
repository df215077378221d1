"""What winners say and losers do not, stage by stage of a script."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from recordings.models import Script
from recordings.pages.access import page, signed_in_user
from recordings.pages.formatting import clock, decimal, percent
from recordings.pages.standards.editor_views import load_standard
from recordings.pages.standards.kinds import SCRIPTS
from recordings.pages.standards.run_page import signed_points
from recordings.quality.wording import MINIMUM_CALLS, Phrase, Rate, Said, StageWording
from recordings.scoring.wording import DAYS, MOST_CALLS, ScriptWording, read_wording
from salesiq.audit.services import record_event
from salesiq.people.roles import Capability

PERIODS = (30, 90, DAYS, 365)


@dataclass(frozen=True, slots=True)
class RateRow:
    """A rate as bar and words; positions are per cent of the bar's width."""

    said: str
    interval: str
    counted: str
    share: float
    low: float
    width: float


@dataclass(frozen=True, slots=True)
class Example:
    text: str
    link: str
    clock: str


@dataclass(frozen=True, slots=True)
class PhraseRow:
    text: str
    z: str
    won: int
    lost: int
    example: Example


@dataclass(frozen=True, slots=True)
class StageRow:
    name: str
    goal: str
    won: RateRow
    lost: RateRow
    difference: str
    p: str
    is_certain: bool
    winning: list[PhraseRow]
    losing: list[PhraseRow]
    said_in_won: list[Example]
    said_in_lost: list[Example]

    @property
    def sides(self) -> list[tuple[str, RateRow, str]]:
        return [(_("Won calls"), self.won, "won"), (_("Lost calls"), self.lost, "lost")]

    @property
    def phrase_sides(self) -> list[tuple[str, list[PhraseRow], str]]:
        return [(_("Said more in won calls"), self.winning, "won"), (_("Said more in lost calls"), self.losing, "lost")]

    @property
    def example_sides(self) -> list[tuple[str, list[Example]]]:
        return [(_("Won calls"), self.said_in_won), (_("Lost calls"), self.said_in_lost)]


@require_safe
@never_cache
@page(Capability.REVIEW_CALLS)
def wording(request: HttpRequest, standard_id: UUID) -> HttpResponse:
    """The page quotes calls, so each look is on record."""
    user = signed_in_user(request)
    script: Script = load_standard(SCRIPTS, user, standard_id)
    asked = request.GET.get("days", "")
    days = int(asked) if asked.isdigit() and int(asked) in PERIODS else DAYS
    found = read_wording(script, user=user, days=days)
    record_event(
        action="viewed", target=script, actor=user, request=request,
        details={"calls": found.won + found.lost, "days": days},
    )  # fmt: skip
    context: dict[str, Any] = {
        "standard": script, "qa": "scripts", "days": days, "periods": PERIODS, "found": found, "most": MOST_CALLS,
        "minimum": MINIMUM_CALLS, "stages": [_stage(script, each, found) for each in found.stages],
    }  # fmt: skip
    return render(request, "standards/wording.html", context)


def _stage(script: Script, stage: StageWording, found: ScriptWording) -> StageRow:
    written = next(each for each in script.stages if each["key"] == stage.key)
    return StageRow(
        name=written["name"],
        goal=written.get("goal", ""),
        won=_rate(stage.won),
        lost=_rate(stage.lost),
        difference="–" if stage.difference is None else signed_points(100 * stage.difference),
        p=_chance(stage.p_adjusted),
        is_certain=stage.p_adjusted is not None and stage.p_adjusted < 0.05,
        winning=[_phrase(each, found) for each in stage.winning],
        losing=[_phrase(each, found) for each in stage.losing],
        said_in_won=[_example(each, found) for each in stage.said_in_won],
        said_in_lost=[_example(each, found) for each in stage.said_in_lost],
    )


def _rate(rate: Rate) -> RateRow:
    low, high = 100 * rate.low, 100 * rate.high
    interval = f"{low:.0f}–{high:.0f}" if rate.n else ""
    share = 100 * (rate.share or 0.0)
    return RateRow(
        percent(rate.share), interval, f"{rate.k} / {rate.n}", round(share, 1), round(low, 1), round(high - low, 1)
    )


def _chance(p: float | None) -> str:
    if p is None:
        return "–"
    return "< 0.001" if p < 0.001 else decimal(p, 3)


def _phrase(phrase: Phrase, found: ScriptWording) -> PhraseRow:
    return PhraseRow(phrase.text, signed_points(phrase.z), phrase.won, phrase.lost, _example(phrase.example, found))


def _example(said: Said, found: ScriptWording) -> Example:
    link = f"{reverse('call', args=[said.call])}#u{said.position}"
    return Example(said.text, link, clock(found.starts.get((said.call, said.position))))
