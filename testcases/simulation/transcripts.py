"""What was said in a session: as lines for judges, and said again from its seed."""

from dataclasses import dataclass

from recordings.language.types import Line
from testcases.models import PracticeSession
from testcases.simulation import engine
from testcases.simulation.contents import content_of
from testcases.simulation.customers import answer_scripted


@dataclass(frozen=True, slots=True)
class Replayed:
    """A turn said again."""

    position: int
    role: str
    text: str


def transcript_of(session: PracticeSession) -> tuple[Line, ...]:
    """All turns as lines; an agent's silence is none."""
    turns = [turn for turn in session.turns.order_by("position") if turn.text]
    return tuple(Line(at, turn.role, turn.start, turn.end, turn.text, turn.role) for at, turn in enumerate(turns))


def replay(session: PracticeSession) -> list[Replayed]:
    """The talk said again by the scripted customer, from the seed and the agent's words: byte-equal to its turns."""
    content = content_of(session.version)
    state, lines = engine.open_session(content, session.seed)
    said = [("customer", line) for line in lines]
    for turn in session.turns.filter(role="agent").order_by("position"):
        answer = answer_scripted(content, state, turn.text, seed=session.seed)
        state = answer.state
        said += [("agent", turn.text), *(("customer", line) for line in answer.lines)]
    return [Replayed(position, role, text) for position, (role, text) in enumerate(said)]
