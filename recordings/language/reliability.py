"""Which kinds of finding are weak in which language, from the measured figures.

`reliability.json` is written by `manage.py evaluate_language --write-reliability`; pages use it to show "low
confidence" beside a finding.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from recordings.language.evaluation import Evaluation
from recordings.language.scoring import wilson

FILE = Path(__file__).parent / "reliability.json"
GOOD_F1 = 0.7
_FEW_LABELS = 8


@lru_cache(maxsize=1)
def _measured() -> dict[str, float]:
    figures: dict[str, float] = json.loads(FILE.read_text(encoding="utf-8"))["f1"]
    return figures


def measured_f1(task: str, kind: str, language: str) -> float | None:
    """The held-out F1 (share right for outcome and handling) that speaks for a finding, None if never measured.

    The lower of the kind's figure over all languages and the task's figure in the language, because a single
    kind in a single language has too few labels to be measured by itself.
    """
    figures = _measured()
    known = [figures[key] for key in (f"{task}/{kind}/all", f"{task}/all/{language}") if key in figures]
    return min(known) if known else None


def is_reliable(task: str, kind: str, language: str) -> bool:
    """Whether the measured figure reaches 0.7; what was never measured is not reliable."""
    figure = measured_f1(task, kind, language)
    return figure is not None and figure >= GOOD_F1


def write_reliability(evaluation: Evaluation, path: Path = FILE) -> None:
    """Store the figures of an evaluation; a kind with fewer than 8 labels counts with its lower recall bound."""
    figures: dict[str, float] = {}
    for score in evaluation.scores:
        kind = "all" if score.kind == "macro" else score.kind
        value = score.f1
        if score.n < _FEW_LABELS:
            value = min(value, wilson(round(score.recall * score.n), score.n)[0])
        figures[f"{score.task}/{kind}/{score.language}"] = round(value, 3)
    for share in evaluation.shares:
        figures[f"{share.task}/all/{share.language}"] = round(share.share, 3)
    content = {"split": evaluation.split, "excerpts": evaluation.excerpts, "f1": figures}
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
