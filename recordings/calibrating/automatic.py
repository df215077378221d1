"""How far people agree with the automatic answers of a scorecard, question by question."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from django.core.cache import cache
from django.db.models import Case, Count, F, When

from recordings.calibrating.comparison import ORDERED
from recordings.language.scoring import wilson
from recordings.models import ReviewAnswer, Scorecard
from recordings.models.review import GIVEN
from recordings.quality.agreement import Agreement, kappa_of_table
from recordings.quality.answers import NOT_APPLICABLE, options_of
from recordings.quality.criteria import Criterion, read_criteria
from salesiq.people.models import Client

KEPT_SECONDS = 300


def automatic_agreement(client: Client, scorecard: Scorecard) -> dict[str, tuple[Agreement, Agreement]]:
    """By key of question: share of same answers and kappa, people's final answers against the automatic ones.

    Over all submitted reviews by this version of the scorecard, calibrations included. Questions that no machine
    answers, or that nobody has reviewed, are left out. Kappa is weighted by distance where answers are steps of a
    scale; "does not apply" is left out there. One query, whose result is kept for five minutes: numbers alone.
    """
    key = f"automatic-agreement:{client.pk}:{scorecard.pk}"
    counts = cache.get(key)
    if counts is None:
        counts = _counts(client, scorecard)
        cache.set(key, counts, KEPT_SECONDS)
    if not counts:
        return {}
    questions = {criterion.key: criterion for criterion in read_criteria(scorecard.criteria)}
    return {
        name: _measure(question, counts[name]) for name, question in questions.items() if name in counts
    }  # fmt: skip


def _counts(client: Client, scorecard: Scorecard) -> dict[str, dict[tuple[str, str], int]]:
    final = Case(When(decided_value="", then=F("value")), default=F("decided_value"))
    rows = ReviewAnswer.objects.filter(
        review__client=client, review__scorecard=scorecard, review__status__in=GIVEN
    ).exclude(automatic_value="")
    counts: dict[str, dict[tuple[str, str], int]] = {}
    grouped = rows.annotate(final=final).values_list("key", "final", "automatic_value").annotate(n=Count("pk"))
    for name, said, automatic, n in grouped.order_by("key"):
        counts.setdefault(name, {})[said, automatic] = n
    return counts


def _measure(question: Criterion, counts: Mapping[tuple[str, str], int]) -> tuple[Agreement, Agreement]:
    total = sum(counts.values())
    same = sum(n for (said, automatic), n in counts.items() if said == automatic)
    share = Agreement(same / total, *wilson(same, total), total)
    ordered = question.kind in ORDERED
    names = [option.value for option in options_of(question) if not (ordered and option.value == NOT_APPLICABLE)]
    place = {name: at for at, name in enumerate(names)}
    table = np.zeros((len(names), len(names)))
    for (said, automatic), n in counts.items():
        if said in place and automatic in place:
            table[place[said], place[automatic]] += n
    return share, kappa_of_table(table, weights="linear" if ordered else "")


def as_document(found: Mapping[str, tuple[Agreement, Agreement]]) -> dict[str, Any]:
    """The same as JSON: {key: {n, share, low, high, kappa, kappa_low, kappa_high, strength, enough}}."""
    return {
        key: {
            "n": share.n, "share": share.value, "low": share.low, "high": share.high, "kappa": kappa.value,
            "kappa_low": kappa.low, "kappa_high": kappa.high, "strength": kappa.strength, "enough": share.enough,
        }
        for key, (share, kappa) in found.items()
    }  # fmt: skip
