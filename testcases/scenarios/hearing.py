"""What a call gives to a scenario: who said what, which objections stood, what was asked and answered."""

from dataclasses import dataclass

from recordings.document import readable_utterances
from recordings.models import Outcome, SalesCall, ScoreItem
from recordings.models.transcript import SpeakerRole

AGENT, CUSTOMER = SpeakerRole.AGENT.value, SpeakerRole.CUSTOMER.value
# A question of the scorecard counts as missed under this share of its points.
MISSED = 0.5


@dataclass(frozen=True, slots=True)
class Said:
    """One line. `place` is its position among the lines of the scenario, `asks` whether it is a question."""

    place: int
    role: str
    text: str
    asks: bool = False
    sentiment: float | None = None


@dataclass(frozen=True, slots=True)
class Stood:
    """An objection at line `place`; `answer` is the agent's line that answered it, where one did."""

    place: int
    kind: str
    handled: bool
    answer: int | None


@dataclass(frozen=True, slots=True)
class Heard:
    """A call as a scenario sees it. `missed` are keys of the scorecard's questions that cost points; `promised`:
    a next step was agreed; `won`: the customer bought."""

    language: str
    lines: tuple[Said, ...]
    objections: tuple[Stood, ...] = ()
    topics: tuple[str, ...] = ()
    intents: frozenset[str] = frozenset()
    missed: frozenset[str] = frozenset()
    promised: bool = False
    won: bool = False

    def by(self, role: str) -> list[Said]:
        return [line for line in self.lines if line.role == role]


def hear(call: SalesCall) -> Heard:
    """`call` as it is stored: masked by the client's policy, names still in it (nameless.py takes them out)."""
    rows = list(readable_utterances(call))
    place = {row.pk: at for at, row in enumerate(rows)}
    lines = tuple(
        Said(at, row.role, row.text, bool(row.question) or row.text.rstrip().endswith("?"), row.sentiment)
        for at, row in enumerate(rows)
    )
    objections = [
        Stood(place[row.utterance_id], row.kind, row.handled, place.get(row.answer_id) if row.answer_id else None)
        for row in call.objections.all()
        if row.utterance_id in place
    ]
    return Heard(
        language=call.language,
        lines=lines,
        objections=tuple(sorted(objections, key=lambda each: each.place)),
        topics=tuple(call.topics.order_by("-share").values_list("name", flat=True)[:3]),
        intents=frozenset(call.intents.values_list("kind", flat=True)),
        missed=_missed(call),
        promised=call.follow_ups.exists(),
        won=call.outcome == Outcome.CONVERTED,
    )


def _missed(call: SalesCall) -> frozenset[str]:
    items = ScoreItem.objects.filter(score__call=call, score__is_current=True, applicable=True, max_points__gt=0)
    return frozenset(item.key for item in items if float(item.points) < MISSED * float(item.max_points))
