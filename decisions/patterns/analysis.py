"""What won calls have that lost ones lack, as an analysis that runs."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from decisions.documents import PatternsDocument
from decisions.models import Audience
from decisions.patterns.contrasts import FEWEST_EACH, Compared, compare_all, practices_of
from decisions.patterns.features import LENGTH, MEASURED_ELSEWHERE, OUTCOME_WORDS, feature_of, why_left_out
from decisions.patterns.segments import hold_equal
from decisions.runs.registry import CannotAnswerError, Outcome, QualityNote
from decisions.tables.calls import SEGMENTS, CallTable, load_calls
from decisions.tables.heard import hear, speakers_of
from recordings.language.reliability import is_reliable

LOOKS_BACK = timedelta(days=365)
_TASKS = {"intent": "intents", "objection": "objections", "compliance": "compliance"}


def analyse(
    audience: Audience, *, as_of: date, question: Mapping[str, Any], progress: Callable[[float], None]
) -> Outcome:
    """See `decisions.documents.PatternsDocument`. `question` may give `since` and `until` (ISO days); otherwise the
    year up to `as_of`. At most `MOST_CALLS` calls, the newest; about twenty queries however many there are.

    Raises:
        CannotAnswerError: a day cannot be read, or the days are in the wrong order.
    """
    since, until = days_of(question, as_of)
    calls = load_calls(audience, since=since, until=until)
    basis, rows = _counted(calls)
    counted = calls.taken(rows)
    won = int(counted.won.sum())
    conclusion = _too_little(len(counted), won)
    compared = Compared([], [])
    names: list[str] = []
    if not conclusion:
        progress(0.1)
        heard = hear(audience, counted, since=since, until=until)
        heard = heard.taken(np.argsort(heard.groups["agent"].codes, kind="stable"))
        progress(0.3)
        compared, names = _compare(heard, basis, speakers_of(audience), lambda share: progress(0.3 + 0.7 * share))
        conclusion = "patterns" if any(row["significant"] for row in compared.contrasts) else "nothing"
    document: PatternsDocument = {
        "n": len(counted), "won": won, "since": since.isoformat(), "until": until.isoformat(), "basis": basis,
        "controlled_for": names, "conclusion": conclusion, "contrasts": compared.contrasts,
        "practices": practices_of(compared.contrasts), "left_out": compared.left_out,
    }  # fmt: skip
    return Outcome(dict(document), _notes(calls, counted, basis, compared), rows=len(calls))


def days_of(question: Mapping[str, Any], as_of: date, back: timedelta = LOOKS_BACK) -> tuple[date, date]:
    """The days that a question is about, both inclusive."""
    try:
        until = date.fromisoformat(str(question["until"])) if question.get("until") else as_of
        since = date.fromisoformat(str(question["since"])) if question.get("since") else until - back
    except ValueError as error:
        raise CannotAnswerError(_("Write days as year-month-day, such as 2026-03-31.")) from error
    if since > until:
        raise CannotAnswerError(_("The first day lies after the last one. Swap them."))
    return since, until


def _counted(calls: CallTable) -> tuple[str, NDArray[np.bool_]]:
    """Calls whose result somebody said; only where those are too few, the analysis's own proposals count too."""
    decided = ~np.isnan(calls.won)
    said = decided & ~calls.proposed
    if not _too_little(int(said.sum()), int(calls.won[said].sum())) or not calls.proposed[decided].any():
        return "said", said
    return "proposed", decided


def _too_little(n: int, won: int) -> str:
    if min(won, n - won) >= FEWEST_EACH:
        return ""
    return "one_class" if n >= 2 * FEWEST_EACH and won in (0, n) else "too_little"


def _compare(
    heard: CallTable, basis: str, speakers: Mapping[str, str], progress: Callable[[float], None]
) -> tuple[Compared, list[str]]:
    columns, left_out = [], [{"feature": "call.conversion_probability", "why": "outcome", "n": len(heard)}]
    for code, column in heard.figures.items():
        feature = feature_of(code, speakers=speakers)
        if feature is None or code in MEASURED_ELSEWHERE:
            continue
        if why := why_left_out(code, by_proposals=basis == "proposed"):
            left_out.append({"feature": code, "why": why, "n": int(np.isfinite(column).sum())})
        else:
            columns.append((feature, column))
    segments = {name: heard.groups[name] for name in SEGMENTS}
    controls, names = hold_equal(heard.groups["agent"], segments, heard.day, heard.cluster)
    compared = compare_all(columns, heard.won, controls, heard.figures[LENGTH], progress)
    return Compared(compared.contrasts, left_out + compared.left_out), names


def _notes(calls: CallTable, counted: CallTable, basis: str, compared: Compared) -> list[QualityNote]:
    notes: list[QualityNote] = []
    n, lost = len(counted), int((counted.won == 0).sum())
    if min(n - lost, lost) < FEWEST_EACH:
        notes.append({
            "code": "calls_too_few", "severity": "blocking", "n": min(n - lost, lost), "of": n,
            "figures": {"won": n - lost, "lost": lost, "needed": FEWEST_EACH}, "touches": [],
        })  # fmt: skip
    undecided = int(np.isnan(calls.won).sum())
    if undecided:
        notes.append({
            "code": "calls_undecided", "severity": "info", "n": undecided, "of": len(calls), "figures": {},
            "touches": [],
        })  # fmt: skip
    proposed = int((calls.proposed & ~np.isnan(calls.won)).sum())
    if proposed:
        severity = "warning" if basis == "proposed" else "info"
        notes.append({
            "code": "results_proposed", "severity": severity, "n": proposed, "of": len(calls),
            "figures": {"counted": basis == "proposed"}, "touches": [],
        })  # fmt: skip
    return [*notes, *_of_hearing(counted, compared)]


def _of_hearing(counted: CallTable, compared: Compared) -> list[QualityNote]:
    """What is heard with many mistakes: its odds ratios are nearer to 1 than the truth."""
    languages = counted.groups["language"].levels
    shown = [row["feature"] for row in compared.contrasts if row["feature"] not in OUTCOME_WORDS]
    weak = [
        code for code in shown
        if (task := _TASKS.get(code.partition(".")[0]))
        and not all(is_reliable(task, code.partition(".")[2], language) for language in languages)
    ]  # fmt: skip
    if not weak:
        return []
    return [{
        "code": "heard_unreliably", "severity": "warning", "n": len(weak), "of": len(shown), "figures": {},
        "touches": weak,
    }]  # fmt: skip
