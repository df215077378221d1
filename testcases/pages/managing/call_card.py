"""The card of a call's page from which it becomes a case that can be practised."""

from dataclasses import dataclass

from recordings.models import CallStatus, Outcome, SalesCall
from recordings.pages.panels import Panel, register_panel
from salesiq.people.models import User
from testcases.models import TestCase
from testcases.scenarios import why_not

LOST = (Outcome.NOT_QUALIFIED, Outcome.NO_ANSWER)


@dataclass(frozen=True, slots=True)
class ScenarioCard:
    """`case` is the one that was made of the call already."""

    call: SalesCall
    case: TestCase | None
    is_lost: bool
    agent_name: str


def scenario_panel(call: SalesCall, user: User) -> Panel | None:
    """For who writes test cases; no card where no scenario can be made of `call`. One query."""
    if not user.manages_tests or user.client_id is None or call.status != CallStatus.PUBLISHED:
        return None
    case = TestCase.objects.visible_to(user).filter(source_call=call).only("title").first()
    if case is None and why_not(call):
        return None
    name = call.agent.name if call.agent else ""
    return Panel("recordings/_card_scenario.html", ScenarioCard(call, case, call.outcome in LOST, name))


register_panel(scenario_panel)
