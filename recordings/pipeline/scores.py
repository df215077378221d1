"""Writing down a score: the new one counts, those of other scorecard versions stay beside it."""

from recordings.models import SalesCall, Score, Scorecard, ScoreItem
from recordings.quality.scorecard import ScoreResult


def record_score(call: SalesCall, scorecard: Scorecard, result: ScoreResult) -> Score | None:
    """Put `result` in the place of the call's score by this scorecard version and let it be the one that counts.

    None where there is nothing to score; then no score of the call counts. Part of the caller's transaction, which
    also sets the call's `quality_score`. Evidence is found in `call.utterances`, which may be prefetched.
    """
    Score.objects.filter(call=call, scorecard=scorecard).delete()
    Score.objects.filter(call=call, is_current=True).update(is_current=False)
    if result.total is None:
        return None
    score = Score.objects.create(call=call, scorecard=scorecard, total=result.total)
    places = {row.position: row for row in call.utterances.all()}
    ScoreItem.objects.bulk_create(
        ScoreItem(
            score=score,
            position=position,
            key=item.key,
            name=item.name,
            points=item.points,
            max_points=item.max_points,
            applicable=item.applicable,
            value=item.value,
            answered_by=item.answered_by,
            reason=item.reason,
            confidence=item.confidence,
            evidence=None if item.line is None else places.get(item.line),
        )
        for position, item in enumerate(result.items)
    )
    return score
