"""Test cases, suites and standards by API and in the back office, in the world of the access matrix."""

from typing import TYPE_CHECKING

from salesiq.people.models import Client
from tests.access.practice import FOREIGN_SEES, WORKS_WITH_TESTS
from tests.testcases.factories import make_benchmark, make_case, make_suite, make_training

if TYPE_CHECKING:
    from tests.access.rows import Address, Screen
    from tests.access.world import Thing, World


def things_of_cases(world: "World", ours: Client, foreign: Client) -> "dict[str, list[Thing]]":
    """Everybody who works with tests sees all of their client's."""
    thing = type(world.things["call"][0])
    found: dict[str, list[Thing]] = {}
    for whose, client, seen_by in (
        ("own client's", ours, WORKS_WITH_TESTS), ("the other client's", foreign, FOREIGN_SEES),
    ):  # fmt: skip
        mark = f"Casemark {client.name}"
        case = make_case(client=client, title=mark)
        rows = {
            "test case": case,
            "suite of tests": make_suite(cases=[case], title=f"Suitemark {client.name}"),
            "benchmark of tests": make_benchmark(client=client),
            "training": make_training(client=client),
        }
        for name, row in rows.items():
            found.setdefault(name, []).append(thing(whose, row, seen_by, (), ()))
    return found


def addresses_of_cases(
    address: "type[Address]", *, players: frozenset[str], readers: frozenset[str], writers: frozenset[str]
) -> "list[Address]":
    """Who practises gets the outside of what they may play; who manages tests writes them."""
    case, suite = {"on": "case to play"}, {"on": "suite of tests"}
    return [
        address("api-test-cases", get=players),
        address("api-test-cases", post=writers, ok=400),
        address("api-test-case", **case, get=players, patch=writers),
        address("api-test-case", **case, put=writers, ok=400),
        address("api-test-suites", get=readers),
        address("api-test-suites", post=writers, ok=400),
        address("api-test-suite", **suite, get=readers, delete=writers),
        address("api-test-suite", **suite, put=writers, ok=400),
    ]


def screens_of_cases(screen: "type[Screen]", *, view: frozenset[str]) -> "list[Screen]":
    return [
        screen("testcases.testcase", on="test case", view=view),
        screen("testcases.suite", on="suite of tests", view=view),
        screen("testcases.benchmark", on="benchmark of tests", view=view),
        screen("testcases.training", on="training", view=view),
        screen("testcases.assignment", on="training given", view=view),
        screen("testcases.caserun", on="run of a test", view=view),
    ]
