"""Test cases as managers see them, in the world of the access matrix."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.db.models import Model

from salesiq.people.models import Client
from testcases.models import CaseBatch
from tests.access.practice import FOREIGN_SEES, WORKS_WITH_TESTS
from tests.testcases.factories import make_benchmark, make_case, make_suite, make_training

if TYPE_CHECKING:
    from tests.access.rows import Address
    from tests.access.world import Thing, World


def things_of_managing(world: "World", ours: Client, foreign: Client) -> "dict[str, list[Thing]]":
    """Everybody who works with tests sees all of their client's; agents see none of it."""
    thing = type(world.things["call"][0])

    def pair(make: Callable[[Client], Model], mark: str = "") -> "list[Thing]":
        whose = (("own client's", ours, WORKS_WITH_TESTS), ("the other client's", foreign, FOREIGN_SEES))
        return [
            thing(name, make(client), seen_by, (f"{mark} {client.slug}",) if mark else ())
            for name, client, seen_by in whose
        ]

    return {
        "test case": pair(lambda client: make_case(client=client, title=f"Casemark {client.slug}")),
        "test suite": pair(_suite, mark="Suitemark"),
        "test training": pair(lambda client: make_training(client=client)),
        "test batch": pair(lambda client: CaseBatch.objects.create(client=client, title=f"Batchmark {client.slug}"),
                           mark="Batchmark"),
        "test benchmark": pair(lambda client: make_benchmark(client=client, source=f"Benchmark {client.slug}")),
    }  # fmt: skip


def _suite(client: Client) -> Model:
    return make_suite(cases=[make_case(client=client)], title=f"Suitemark {client.slug}")


def addresses_of_managing(
    address: "type[Address]", *, readers: frozenset[str], writers: frozenset[str], of_one_client: frozenset[str]
) -> "list[Address]":
    """Who works with tests reads; who manages them writes, and what is new belongs to the client of who makes it."""
    makers = writers & of_one_client
    case, suite, training = {"on": "test case"}, {"on": "test suite"}, {"on": "test training"}
    batch, benchmark = {"on": "test batch"}, {"on": "test benchmark"}
    return [
        address("test-cases", get=readers),
        address("test-cases", get=readers, query="?type=closing&difficulty=x&skill=value&suite=x&only=flagged&q=a"),
        address("test-case-new", get=makers),
        address("test-case-new", post=makers, ok=400),
        address("test-case-check", post=writers),
        address("test-case-example", get=writers, query="?n=0&first=1"),
        address("test-case-try", post=writers),
        address("test-case-calls", get=writers, query="?trial-q=hello"),
        address("test-case-import", post=makers),
        address("test-case-library", post=makers, data={"language": "es"}),
        address("test-case", **case, get=readers),
        address("test-case-edit", **case, get=writers),
        address("test-case-edit", **case, post=writers, ok=400),
        address("test-case-diff", **case, get=readers),
        address("test-case-export", **case, get=readers),
        address("test-case-play", **case, post=writers),
        address("test-case-active", **case, post=writers, data={"active": "0"}),
        address("test-suites", get=readers),
        address("test-suite-new", get=makers),
        address("test-suite-new", post=makers, ok=400),
        address("test-suite", **suite, get=readers),
        address("test-suite-edit", **suite, get=writers),
        address("test-suite-edit", **suite, post=writers, ok=400),
        address("test-suite-delete", **suite, post=writers),
        address("test-batches", get=readers),
        address("test-batch-new", get=makers),
        address("test-batch-new", post=makers, ok=400),
        address("test-batch", **batch, get=readers),
        address("test-batch-progress", **batch, get=readers),
        address("test-batch-stop", **batch, post=writers),
        address("test-trainings", get=readers),
        address("test-training-new", get=makers),
        address("test-training-new", post=makers, ok=400),
        address("test-training-edit", **training, get=readers),
        address("test-training-edit", **training, post=writers, ok=400),
        address("test-training-delete", **training, post=writers),
        address("test-assignments", get=readers, query="?state=late&reason=gap&agent=x&case=x"),
        address("test-assign", get=makers),
        address("test-assign", post=makers, ok=400),
        address("test-assignment-cancel", on="training given", post=writers),
        address("test-benchmarks", get=readers),
        address("test-benchmarks", post=makers, ok=400),
        address("test-benchmark-delete", **benchmark, post=writers),
        address("test-scenario", on="call", get=makers),
        address("test-scenario", on="call", post=makers, ok=400),  # too short a call to make a scenario of
    ]
