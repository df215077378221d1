"""Reading the library: only moments whose call may still be heard."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from recordings.models import CallStatus, Moment, Utterance
from recordings.models.coaching import MomentQuerySet
from salesiq.people.models import User


def audible_moments(user: User) -> MomentQuerySet:
    """Moments that `user` may hear now. Those of a call that is held back, anonymised, not redacted or without sound
    are not there."""
    rows = Moment.objects.visible_to(user).filter(
        call__status=CallStatus.PUBLISHED, call__anonymised_at__isnull=True, call__recording__dropped_at__isnull=True
    )
    return rows.exclude(call__recording__playback="").filter(call__recording__isnull=False)


def library(user: User, *, words: str = "", skill: str = "", drafts: bool = False) -> MomentQuerySet:
    """Published moments, newest first, or (`drafts`) those that are not; narrowed by skill and by all of `words`."""
    rows = audible_moments(user).filter(published_at__isnull=drafts)
    if skill:
        rows = rows.filter(skill=skill)
    for word in words.split()[:8]:
        rows = rows.filter(Q(title__icontains=word) | Q(note__icontains=word))
    return rows.select_related("call__agent", "created_by").order_by("-published_at", "-created_at")


def skills_in(rows: MomentQuerySet) -> list[str]:
    """Keys of the skills that occur in `rows`."""
    return list(rows.exclude(skill="").order_by("skill").values_list("skill", flat=True).distinct())


# Stored times have two decimals.
SLACK = 0.02


@dataclass(frozen=True, slots=True)
class Spoken:
    """What one side says within the stretch, and when it begins."""

    role: str
    start: float
    text: str


def spoken_in(moment: Moment) -> list[Spoken]:
    """The words of the stretch and none beside them: a word belongs to it when its middle does."""
    lines = Utterance.objects.filter(call=moment.call_id, start__lt=moment.end, end__gt=moment.start)
    found = []
    for line in lines.order_by("position"):
        text = line.text if _is_inside(line, moment) else " ".join(_words(line.words, moment))
        if text:
            found.append(Spoken(line.role, max(line.start, moment.start), text))
    return found


def _is_inside(line: Utterance, moment: Moment) -> bool:
    return moment.start - SLACK <= line.start and line.end <= moment.end + SLACK


def _words(words: list[list[Any]], moment: Moment) -> list[str]:
    """A line that is cut is given by its words; one whose words have no times is not given at all."""
    return [str(text).strip() for start, end, text, *_ in words if moment.start <= (start + end) / 2 <= moment.end]
