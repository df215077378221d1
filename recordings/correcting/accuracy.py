"""How well calls are heard here: word and speaker errors on one's own proof-read calls, by accent, line and model.

Only calls count that somebody has proof-read as a whole. Lines corrected in passing are the ones that were wrong: the
rate within them says how bad a bad line is, not how good the recogniser is.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from django.db.models import Count, F, Sum

from recordings.models import Hearing, UtteranceCorrection
from salesiq.people.models import User

RESAMPLES, SEED = 2_000, 20_261
MINIMUM_CALLS = 10  # with fewer a rate is shown, and marked as resting on too little


@dataclass(frozen=True, slots=True)
class CallErrors:
    """Sums of one call as one model heard it. `seconds` of speech, of which `wrong_seconds` to the wrong speaker."""

    call: object
    model: str
    accent: str
    line: str
    words: int
    errors: int
    seconds: float
    wrong_seconds: float


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of what was said, with its 95 % interval; None where nothing was said."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Heard:
    """Word errors (substituted, left out, put in, per word said; NIST's WER, may pass 1) and speaker errors of a group.

    Speaker errors are the share of speech that was given to the wrong speaker: the confusion part of the diarization
    error rate (NIST RT), without missed and invented speech, which corrections of lines cannot show.
    """

    name: str
    calls: int
    words: int
    word_errors: Rate
    speaker_errors: Rate

    @property
    def enough(self) -> bool:
        return self.calls >= MINIMUM_CALLS


@dataclass(frozen=True, slots=True)
class Accuracy:
    """`whole` is None while no call is proof-read; `corrected_lines` were corrected in calls that are not."""

    whole: Heard | None
    by_model: list[Heard]
    by_accent: list[Heard]
    by_line: list[Heard]
    corrected_lines: int
    corrected_calls: int


def measure_accuracy(user: User) -> Accuracy:
    """Of the calls that `user` may see, in two queries. `whole` is of the words that stand in the transcripts now."""
    rows, current = _sums(user)
    loose = (
        UtteranceCorrection.objects.visible_to(user)
        .filter(call__transcript__checked_at__isnull=True)
        .exclude(text=F("machine_text"), role=F("machine_role"))
        .aggregate(lines=Count("pk"), calls=Count("call", distinct=True))
    )
    return Accuracy(
        whole=heard("", current) if current else None,
        by_model=_grouped(rows, lambda row: row.model),
        by_accent=_grouped(current, lambda row: row.accent),
        by_line=_grouped(current, lambda row: row.line),
        corrected_lines=loose["lines"],
        corrected_calls=loose["calls"],
    )


def _sums(user: User) -> tuple[list[CallErrors], list[CallErrors]]:
    """Sums by call and model of proof-read calls: of every model, and of the one whose words stand there now."""
    call = "correction__call"
    grouped = (
        Hearing.objects.visible_to(user)
        .filter(**{f"{call}__transcript__checked_at__isnull": False})
        .values_list(
            f"{call}_id", "model_name", f"{call}__agent__accent", f"{call}__recording__sample_rate",
            f"{call}__recording__channels", f"{call}__recording__codec", f"{call}__transcript__model_name",
        )
        .annotate(Sum("words"), Sum("errors"), Sum("seconds"), Sum("wrong_seconds"))
        .order_by(f"{call}_id", "model_name")
    )  # fmt: skip
    rows, current = [], []
    for pk, model, accent, rate, channels, codec, now, words, errors, seconds, wrong in grouped:
        row = CallErrors(pk, model, accent or "", line_of(rate, channels, codec), words, errors, seconds, wrong)
        rows.append(row)
        if model == now:
            current.append(row)
    return rows, current


def line_of(rate: int | None, channels: int | None, codec: str | None) -> str:
    """Sample rate, channels and codec in a few characters, such as `8 kHz · 2 · pcm_s16le`; empty when not known."""
    if not rate:
        return ""
    return f"{rate / 1000:g} kHz · {channels or 1} · {codec or '?'}"


def _grouped(rows: Iterable[CallErrors], name: Callable[[CallErrors], str]) -> list[Heard]:
    groups: dict[str, list[CallErrors]] = defaultdict(list)
    for row in rows:
        groups[name(row)].append(row)
    found = [heard(key, members) for key, members in groups.items()]
    return sorted(found, key=lambda each: (-each.words, each.name))


def heard(name: str, rows: Sequence[CallErrors]) -> Heard:
    """Rates of a group of calls."""
    return Heard(
        name,
        len({row.call for row in rows}),
        sum(row.words for row in rows),
        rate_of([(row.errors, row.words) for row in rows]),
        rate_of([(row.wrong_seconds, row.seconds) for row in rows]),
    )


def rate_of(parts: Sequence[tuple[float, float]]) -> Rate:
    """Sum of errors over sum of what was said, one pair a call; percentile bootstrap over calls (Bisani and Ney 2004).

    A single call has no interval.
    """
    table = np.array(parts, dtype=np.float64).reshape(-1, 2)
    errors, said = table.sum(axis=0)
    if said <= 0:
        return Rate(None, None, None)
    value = float(errors / said)
    if len(table) < 2:
        return Rate(value, None, None)
    n = len(table)
    drawn = np.random.default_rng(SEED).multinomial(n, np.full(n, 1 / n), size=RESAMPLES) @ table
    rates = drawn[drawn[:, 1] > 0, 0] / drawn[drawn[:, 1] > 0, 1]
    low, high = np.quantile(rates, [0.025, 0.975])
    return Rate(value, float(min(low, value)), float(max(high, value)))
