"""What an agent is good at and what to work on, by the questions of the scorecard."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import fmean
from uuid import UUID

from recordings.coaching.answers import Answered, Record
from recordings.coaching.comparing import FEWEST, Sample, sample_of

DAYS = 90
SHOWN = 3
EXAMPLES = 2
EXAMPLE_SECONDS = 12.0
GOOD, POOR = 0.75, 0.5


@dataclass(frozen=True, slots=True)
class Example:
    """A place to hear: `at` in seconds of the call."""

    call: UUID
    started_at: datetime
    at: float
    share: float

    @property
    def start(self) -> float:
        return max(0.0, self.at - 1.0)

    @property
    def end(self) -> float:
        return self.start + EXAMPLE_SECONDS


@dataclass(frozen=True, slots=True)
class Question:
    """One question over the agent's calls. `sure`: its interval lies wholly on one side of the agent's mean over all
    questions. `by_person` is how many of the answers a person gave."""

    key: str
    name: str
    sample: Sample
    by_person: int
    sure: bool
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class Focus:
    """`strengths` best first, `areas` weakest first; `mean` over all questions, None without answers."""

    strengths: tuple[Question, ...]
    areas: tuple[Question, ...]
    mean: float | None
    calls: int


def since_when(now: datetime) -> datetime:
    """Where the look back begins."""
    return now - timedelta(days=DAYS)


def focus_of(record: Record) -> Focus:
    """Strengths above and areas below the agent's own mean, from questions answered at least FEWEST times."""
    by_key: dict[str, list[Answered]] = {}
    for each in record.answers:
        by_key.setdefault(each.key, []).append(each)
    counted = {key: rows for key, rows in by_key.items() if len(rows) >= FEWEST}
    calls = len({each.call for each in record.answers})
    if not counted:
        return Focus((), (), None, calls)
    means = {key: fmean(each.share for each in rows) for key, rows in counted.items()}
    mean = fmean(means.values())
    ranked = sorted(counted, key=lambda key: means[key])
    areas = [key for key in ranked if means[key] < mean and means[key] < 1.0][:SHOWN]
    strengths = [key for key in reversed(ranked) if means[key] >= mean and key not in areas][:SHOWN]
    return Focus(
        tuple(_question(counted[key], mean, best=True) for key in strengths),
        tuple(_question(counted[key], mean, best=False) for key in areas),
        mean,
        calls,
    )


def _question(rows: Sequence[Answered], mean: float, *, best: bool) -> Question:
    sample = sample_of([each.share for each in rows])
    low, high = sample.low, sample.high
    sure = low is not None and high is not None and (low > mean if best else high < mean)
    return Question(
        key=rows[0].key,
        name=rows[0].name,
        sample=sample,
        by_person=sum(each.by_person for each in rows),
        sure=sure,
        examples=tuple(examples_of(rows, best=best)),
    )


def examples_of(rows: Sequence[Answered], *, best: bool) -> list[Example]:
    """The clearest places, those that a person answered and the newest first."""
    placed = [each for each in rows if each.at is not None and (each.share >= GOOD if best else each.share <= POOR)]
    placed.sort(key=lambda each: (each.share if not best else -each.share, not each.by_person))
    return [Example(each.call, each.started_at, each.at or 0.0, each.share) for each in placed[:EXAMPLES]]
