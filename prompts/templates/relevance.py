"""How much each line of a call has to do with what is asked: BM25 over the lines, without a model.

S. Robertson, H. Zaragoza: The Probabilistic Relevance Framework: BM25 and Beyond (2009), 3.2. Words count by their
first five letters, Russian ones without a vowel at the end of these, which does much of what a stemmer would
(P. McNamee, J. Mayfield: Character N-Gram Tokenization for European Language Text Retrieval, 2004).
"""

import math
from collections import Counter
from collections.abc import Sequence
from itertools import chain

SIGNS = '.,?!:;…"“”«»()'
STEM = 5
RUSSIAN_ENDINGS = "аеёиоуыэюяйь"
K1, B = 1.2, 0.75
# A line gets some of what its neighbours are worth, for an answer stands beside its question; and something for its own
# seldom words, so that "yes" and "mhm" go first where nothing was asked for.
NEIGHBOURS, OWN_WORDS = 0.4, 0.15


class Stems(dict[str, str]):
    """The stem of each word, worked out once."""

    def __missing__(self, word: str) -> str:
        stem = self[word] = word[:STEM].rstrip(RUSSIAN_ENDINGS)
        return stem


def stems_of(lines: Sequence[str]) -> list[list[str]]:
    """The stems of each line. Signs are taken out of all lines at once, for a regular expression takes longer."""
    text = "\n".join(line.replace("\n", " ") for line in lines).lower()
    for sign in SIGNS:
        text = text.replace(sign, " ")
    stem = Stems().__getitem__
    return [list(map(stem, line.split())) for line in text.split("\n")]


def score_lines(lines: Sequence[str], query: str) -> list[float]:
    """A figure from 0 to 1 for each of `lines`: the higher, the more it has to do with `query`."""
    if not lines:
        return []
    read = stems_of(lines)
    kinds = [set(words) for words in read]
    rarity = _rarities(kinds)
    asked = set(stems_of([query])[0]) & rarity.keys()
    mean = sum(map(len, read)) / len(read) or 1.0
    hits = [_bm25(words, asked & kind, rarity, len(words) / mean) for words, kind in zip(read, kinds, strict=True)]
    hits = _to_one(hits)
    own = _to_one([sum(map(rarity.__getitem__, kind)) for kind in kinds])
    near = [left + right for left, right in zip([0.0, *hits[:-1]], [*hits[1:], 0.0], strict=True)]
    return _to_one(
        [hit + NEIGHBOURS * beside + OWN_WORDS * words for hit, beside, words in zip(hits, near, own, strict=True)]
    )


def _rarities(kinds: Sequence[set[str]]) -> dict[str, float]:
    """The idf of every stem: ln(1 + (N - n + 0.5) / (n + 0.5))."""
    held = Counter(chain.from_iterable(kinds))
    return {stem: math.log(1 + (len(kinds) - n + 0.5) / (n + 0.5)) for stem, n in held.items()}


def _bm25(words: Sequence[str], asked: set[str], rarity: dict[str, float], length: float) -> float:
    damping = K1 * (1 - B + B * length)
    figure = 0.0
    for stem in asked:
        times = words.count(stem)
        figure += rarity[stem] * times * (K1 + 1) / (times + damping)
    return figure


def _to_one(figures: list[float]) -> list[float]:
    most = max(figures, default=0.0)
    return [figure / most for figure in figures] if most > 0 else figures
