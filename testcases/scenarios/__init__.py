"""A real call, most of all a lost one, as a case that can be practised."""

from testcases.scenarios.services import ScenarioError, make_scenario, why_not

__all__ = ["ScenarioError", "make_scenario", "why_not"]
