"""Role-plays by API, in the world of the access matrix."""

from typing import TYPE_CHECKING

from tests.testcases.factories import make_session

if TYPE_CHECKING:
    from tests.access.rows import Address
    from tests.access.world import Thing, World


def things_of_sessions(world: "World") -> "dict[str, list[Thing]]":
    """A role-play is played by who began it, and read by who sees the agent."""
    calls = [call for call in world.things["call"] if call.row.agent.user is not None]
    cases = {case.row.client_id: case.row for case in world.things["case to play"]}
    thing = type(calls[0])
    read = [
        thing(call.whose, make_session(version=cases[call.row.client_id].current, agent=call.row.agent), call.seen_by)
        for call in calls
    ]
    return {"session by API": read}


def addresses_of_sessions(
    address: "type[Address]", *, players: frozenset[str], readers: frozenset[str]
) -> "list[Address]":
    playing = {"on": "session under way"}
    return [
        address("api-test-case-sessions", on="case to play", post=players),
        address("api-session", on="session by API", get=readers),
        address("api-session-turns", **playing, post=players, data={"text": "Hello.", "key": "matrix"}),
        address("api-session-sound", **playing, post=players, ok=415),
        address("api-session-finish", **playing, post=players),
    ]
