"""Practice and what was judged, in the world of the access matrix."""

from typing import TYPE_CHECKING

from salesiq.people.models import Agent, Client
from testcases.models import TestCase
from tests.testcases.factories import GOOD_LINES, make_assignment, make_case, make_run, make_session, make_training

if TYPE_CHECKING:
    from tests.access.rows import Address
    from tests.access.world import Thing, World

AGENTS = frozenset({"agent", "teammate", "other agent"})
WORKS_WITH_TESTS = frozenset(
    {"superuser", "admin", "manager", "other manager", "reviewer", "other reviewer", "integrator"}
)
FOREIGN_SEES = frozenset({"superuser", "foreign admin"})


def things_of_practice(world: "World", ours: Client, foreign: Client) -> "dict[str, list[Thing]]":
    """Everybody of a client plays its cases, and nobody who plays sees them from the inside. A session is for who plays
    it, a result for them and for those who see the agent."""
    calls = world.things["call"]
    thing = type(calls[0])
    found: dict[str, list[Thing]] = {}

    def add(name: str, whose: str, row: object, seen_by: frozenset[str], *marks: str, at: tuple = ()) -> None:
        found.setdefault(name, []).append(thing(whose, row, seen_by, marks, at))  # type: ignore[arg-type]

    cases = {client.pk: _case(client) for client in (ours, foreign)}
    add("case to play", "own client's", cases[ours.pk], WORKS_WITH_TESTS | AGENTS)
    add("case to play", "the other client's", cases[foreign.pk], FOREIGN_SEES)
    add("inside of a case", "own client's", cases[ours.pk], WORKS_WITH_TESTS, "Insidemark Oursmark")
    for call in calls:
        agent, case = call.row.agent, cases[call.row.client_id]
        players = call.seen_by & AGENTS
        if agent.user is None:
            continue
        add("session under way", call.whose, make_session(version=case.current, agent=agent), players)
        run = _run(agent)
        word = f"Practicemark {agent.name[-1]}"
        add("session that is over", call.whose, run.session, players, *((word,) if not players else ()))
        add("run of a test", call.whose, run, call.seen_by, word)
        result = run.results.earliest("position")
        add("verdict of a run", call.whose, result, call.seen_by, at=(run.pk, result.pk))
        given = make_assignment(agent=agent, training=make_training(client=agent.client))
        add("training given", call.whose, given, call.seen_by)
        add("training to read", call.whose, given, players)
    run = make_run(
        version=cases[foreign.pk].current, lines=[{"role": "agent", "text": "Practicemark D", "start": 0.0, "end": 1.0}]
    )
    add("run of a test", "the other client's", run, FOREIGN_SEES, "Practicemark D")
    result = run.results.earliest("position")
    add("verdict of a run", "the other client's", result, FOREIGN_SEES, at=(run.pk, result.pk))
    return found


def _case(client: Client) -> TestCase:
    """Its criteria, facts and objections carry a mark that nobody may read who is yet to play it."""
    mark = f"Insidemark {client.name}"
    return make_case(
        client=client,
        content={
            "criteria": [{"key": "greets", "text": mark, "judge": {"kind": "said", "phrases": [mark]}, "weight": 1}],
            "facts": [{"key": "one", "text": mark, "asked": [mark], "replies": [mark], "release": "asked"}],
            "expected_outcome": mark,
        },
    )


def _run(agent: Agent) -> object:
    case = make_case(client=agent.client)
    word = f"Practicemark {agent.name[-1]}"
    session = make_session(version=case.current, agent=agent, lines=[(GOOD_LINES[0][0], f"{word}."), *GOOD_LINES[1:]])
    return make_run(session=session)


def addresses_of_practice(
    address: "type[Address]", *, players: frozenset[str], readers: frozenset[str], reviewers: frozenset[str]
) -> "list[Address]":
    """Who practises plays and reads their own; who works with tests reads what was judged; who reviews decides."""
    case, playing, over = {"on": "case to play"}, {"on": "session under way"}, {"on": "session that is over"}
    verdict = {"verdict": "not_met", "reason": "It was said too late."}
    return [
        address("test-practice", get=players),
        address("test-practice", get=players, query="?type=closing&skill=listening&state=open&page=2"),
        address("test-my-part", get=players),
        address("test-brief", **case, get=players),
        address("test-start", **case, post=players),
        address("test-play", **playing, get=players),
        address("test-play-turns", **playing, get=players),
        address("test-play-turns", **playing, post=players, ok=400),
        address("test-play-sound", **playing, post=players, ok=400),
        address("test-play-finish", **playing, post=players),
        address("test-judge", **over, post=players),
        address("test-result", **over, get=players),
        address("test-training", on="training given", get=players),
        address("test-training-read", on="training to read", post=players),
        address("test-runs", get=readers),
        address("test-agreement", get=readers),
        address("test-run", on="run of a test", get=readers),
        address("test-override", on="verdict of a run", post=reviewers, data=verdict),
        address("test-confirm", on="run of a test", post=reviewers),
        address("test-feedback", on="run of a test", post=reviewers, data={"text": "Ask first, next time."}),
    ]
