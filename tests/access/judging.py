"""Runs and batches of test cases by API, in the world of the access matrix."""

from typing import TYPE_CHECKING

from salesiq.people.models import Client
from testcases.models import BatchStatus, CaseBatch
from tests.access.practice import FOREIGN_SEES, WORKS_WITH_TESTS

if TYPE_CHECKING:
    from tests.access.rows import Address
    from tests.access.world import Thing, World

TALK = {"transcript": "Agent: Good morning, my name is Dana from Brightline.\nCustomer: Hello."}


def things_of_judging(world: "World", ours: Client, foreign: Client) -> "dict[str, list[Thing]]":
    """Everybody who works with tests sees the batches of their client."""
    thing = type(world.things["call"][0])
    pairs = (("own client's", ours, WORKS_WITH_TESTS), ("the other client's", foreign, FOREIGN_SEES))
    ended = {"status": BatchStatus.FINISHED}
    batches = [thing(whose, CaseBatch.objects.create(client=client, **ended), seen) for whose, client, seen in pairs]
    return {"batch of runs": batches}


def addresses_of_judging(
    address: "type[Address]", *, players: frozenset[str], readers: frozenset[str], writers: frozenset[str]
) -> "list[Address]":
    return [
        address("api-test-case-run", on="inside of a case", post=readers, data=TALK),
        address("api-test-case-results", on="inside of a case", get=readers),
        address("api-test-run", on="run of a test", get=players),
        address("api-test-batches", post=writers, ok=422),
        address("api-test-batch", on="batch of runs", get=readers),
        address("api-test-batch-stop", on="batch of runs", post=writers, ok=409),
    ]
