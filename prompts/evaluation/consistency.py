"""How alike the answers to one and the same question are."""

from collections.abc import Sequence
from itertools import combinations
from statistics import fmean

from prompts.evaluation.intervals import NOTHING, Figure, mean, share_of_shares
from prompts.evaluation.similarity import embedder, similarity
from prompts.evaluation.text_assertions import normal

MOST_BY_MEANING = 50  # questions; embedding is slow, and as many say enough


def consistency(answers: Sequence[Sequence[str]], *, by_meaning: bool) -> Figure:
    """0 to 1: of each question with two answers or more, how alike its pairs of answers are; n is those questions.

    Alike is the same but for spaces and capitals; `by_meaning`, and where embeddings are registered, as near as the
    texts are in meaning (the same text is 1).
    """
    asked = [each for each in answers if len(each) > 1]
    if by_meaning and embedder() is not None:
        asked = asked[:: max(1, -(-len(asked) // MOST_BY_MEANING))]
        return mean([_mean_of_pairs(each, meaning=True) for each in asked], least=0.0, most=1.0) if asked else NOTHING
    return share_of_shares([_mean_of_pairs(each, meaning=False) for each in asked])


def _mean_of_pairs(answers: Sequence[str], *, meaning: bool) -> float:
    return fmean(_alike(one, other, meaning) for one, other in combinations(answers, 2))


def _alike(one: str, other: str, meaning: bool) -> float:
    if normal(one) == normal(other):
        return 1.0
    return (similarity(one, other) or 0.0) if meaning else 0.0
