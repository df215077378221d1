"""Reading what agents said at each stage of a script, in won and in lost calls."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from recordings.language.text import sentences
from recordings.models import CallAnalysis, Outcome, SalesCall, Script, SpeakerRole, Utterance
from recordings.quality.wording import Said, StageWording, compare_wording
from salesiq.people.models import User

WON, LOST = Outcome.CONVERTED, Outcome.NOT_QUALIFIED
MOST_CALLS = 300
DAYS = 180


@dataclass(frozen=True, slots=True)
class ScriptWording:
    """Stages by key; `starts` holds when a line begins, by call and position, in seconds."""

    stages: list[StageWording]
    won: int
    lost: int
    starts: Mapping[tuple[str, int], float]


def read_wording(script: Script, *, user: User, days: int = DAYS) -> ScriptWording:
    """Compare won and lost calls of the last `days` that `user` may see and that were held against this version.

    At most MOST_CALLS of each, the newest. Three queries and one a side.
    """
    groups = {outcome: _documents(script, user, outcome, days) for outcome in (WON, LOST)}
    documents = {**groups[WON], **groups[LOST]}
    stages = [str(stage["key"]) for stage in script.stages]
    held: dict[str, set[str]] = {key: set() for key in stages}
    quotes: dict[str, list[tuple[str, int, str]]] = defaultdict(list)
    for call, document in documents.items():
        for stage in document.get("stages", ()):
            if stage["key"] in held and stage["status"] != "missed":
                held[stage["key"]].add(call)
            quotes[call] += [(stage["key"], match["position"], match["quote"]) for match in stage["matches"]]
    lines = _lines(quotes)
    said = [
        Said(call, key, position, text)
        for call, own in quotes.items()
        for key, position, quote in own
        if (text := _sentence(lines.get((call, position), ("", 0.0))[0], quote))
    ]
    compared = compare_wording(stages, held, said, won=list(groups[WON]), lost=list(groups[LOST]))
    starts = {place: start for place, (_, start) in lines.items()}
    return ScriptWording(compared, len(groups[WON]), len(groups[LOST]), starts)


def _documents(script: Script, user: User, outcome: str, days: int) -> dict[str, dict[str, Any]]:
    """What the analysis found of the script, by call."""
    calls = SalesCall.objects.visible_to(user).published().filter(
        client_id=script.client_id, language=script.language, outcome=outcome, anonymised_at__isnull=True,
        started_at__gte=timezone.now() - timedelta(days=days), analysis__script__name=str(script),
    )  # fmt: skip
    ids = list(calls.order_by("-started_at").values_list("pk", flat=True)[:MOST_CALLS])
    found = CallAnalysis.objects.filter(call__in=ids).values_list("call_id", "script")
    return {str(call): document for call, document in found}


def _lines(quotes: Mapping[str, Collection[tuple[str, int, str]]]) -> dict[tuple[str, int], tuple[str, float]]:
    """Text and beginning of each quoted line, by call and position."""
    positions = {position for own in quotes.values() for _, position, _ in own}
    rows = Utterance.objects.filter(call__in=list(quotes), position__in=positions, role=SpeakerRole.AGENT)
    return {
        (str(call), position): (text, start)
        for call, position, text, start in rows.values_list("call_id", "position", "text", "start")
    }


def _sentence(line: str, quote: str) -> str:
    """The sentences of a line that a quote stands in; a line that was changed since has none."""
    at = line.find(quote)
    return " ".join(_touched(line, at, at + len(quote))) if quote and at >= 0 else ""


def _touched(line: str, start: int, end: int) -> Iterator[str]:
    for sentence in sentences(line):
        if sentence.start < end and sentence.end > start:
            yield sentence.text
