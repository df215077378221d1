"""The data-quality gate beside a result: what to mind about the rows it rests on, in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from analytics.charts import Numbers
from analytics.metrics import Unit
from decisions.anomalies import wording as anomalies
from decisions.models import AnalysisRun
from decisions.pages.names import Names, plain
from decisions.patterns import wording as patterns
from decisions.quality import QualityNote
from decisions.quality.wording import SENTENCES, sentence_of

_ORDER = {"blocking": 0, "warning": 1, "info": 2}


@dataclass(frozen=True, slots=True)
class Doubt:
    """`severity`: blocking | warning | info; `share` of the rows that it concerns; `touches` the results it weakens."""

    severity: str
    sentence: str
    share: str
    touches: str


def doubts_of(runs: Iterable[AnalysisRun | None], names: Names, numbers: Numbers) -> list[Doubt]:
    """The doubts of some analyses, the worst first, each once."""
    found: dict[str, Mapping[str, Any]] = {}
    for run in runs:
        for note in run.quality if run is not None else ():
            found.setdefault(repr((note.get("code"), note.get("figures"))), note)
    ordered = sorted(found.values(), key=lambda note: _ORDER.get(note.get("severity", ""), 3))
    return [_doubt(note, names, numbers) for note in ordered]


def pairs_of_notes(runs: Iterable[AnalysisRun | None]) -> list[tuple[str, str]]:
    """What `names_of` must know for them."""
    notes = [note for run in runs if run is not None for note in run.quality]
    return [
        (each, "") for note in notes for each in (*note.get("touches", ()), note.get("figures", {}).get("field", ""))
    ]


def _doubt(note: Mapping[str, Any], names: Names, numbers: Numbers) -> Doubt:
    n, of = note.get("n"), note.get("of")
    touched: Sequence[str] = [each for each in note.get("touches", ()) if each]
    return Doubt(
        severity=note.get("severity", "info"),
        sentence=say(note, names, numbers),
        share=numbers.value(Unit.SHARE, n / of) if n and of and 0.005 <= n / of < 1 else "",
        touches=", ".join(names.dimension(each) for each in touched),
    )


def say(note: Mapping[str, Any], names: Names, numbers: Numbers) -> str:
    """What a doubt says; for a code without words of its own, the code."""
    code, figures = str(note.get("code", "")), note.get("figures") or {}
    if code not in SENTENCES:
        return patterns.note_sentence(note) or anomalies.note_sentence(note) or plain(code)
    shown = {key: _shown(key, value, names, numbers) for key, value in figures.items()}
    shown |= {"n": numbers.count(note.get("n") or 0), "of": numbers.count(note.get("of") or 0)}
    try:
        return sentence_of(cast(QualityNote, note), shown)
    except (KeyError, ValueError):  # of a run whose notes had other figures
        return plain(code)


def _shown(key: str, value: Any, names: Names, numbers: Numbers) -> str:
    if key in ("field", "feature", "dimension", "by"):
        return names.dimension(str(value))
    if key in ("day", "since", "until") and isinstance(value, str):
        return numbers.day(date.fromisoformat(value))
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return numbers.count(value) if isinstance(value, int) else f"{value:.2g}"
