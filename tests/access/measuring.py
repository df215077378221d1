"""Insights, experiments and validation, in the world of the access matrix."""

from typing import TYPE_CHECKING

from salesiq.people.models import Client
from testcases.models import CaseExperiment
from tests.access.prompts import FOREIGN_SEES, SEES
from tests.testcases.factories import make_case

if TYPE_CHECKING:
    from tests.access.world import Thing, World

PLAN = {
    "title": "Coaching", "hypothesis": "It helps.", "unit": "session", "metric": "passed", "rule": "group",
    "name_0": "As before", "gets_0": "control", "name_1": "Coached", "gets_1": "coaching", "baseline": "60",
    "effect": "10",
}  # fmt: skip


def things_of_measuring(world: "World", ours: Client, foreign: Client) -> "dict[str, list[Thing]]":
    """Everybody who works with tests sees the experiments and cases of their client."""
    of_call = type(world.things["call"][0])
    found: dict[str, list[Thing]] = {}
    for whose, client, seen_by in (("own client's", ours, SEES), ("the other client's", foreign, FOREIGN_SEES)):
        case = make_case(
            client=client, title=f"Measuremark {client.slug}", is_active=False
        )  # agents play what is in use
        for name, status in (("planned experiment", "draft"), ("running experiment", "running")):
            row = CaseExperiment.objects.create(
                client=client, title=f"Experimentmark {client.slug}", hypothesis="It helps.", unit="session",
                metric="passed", plan={"per_arm": 20, "alpha": 0.05}, salt="s", status=status,
            )  # fmt: skip
            for position, kind in enumerate(("control", "coaching")):
                row.arms.create(position=position, name=kind, kind=kind, share=0.5)
            marks = (f"Experimentmark {client.slug}",)
            found.setdefault(name, []).append(of_call(whose, row, seen_by, marks))
        found.setdefault("measured case", []).append(of_call(whose, case, seen_by, (case.title,)))
    return found
