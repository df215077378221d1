"""The metrics that a coaching goal may be measured by are those of the registry."""

import pytest

from analytics.metrics import METRICS
from analytics.metrics.registry import dimensions_for
from recordings.coaching.goal_measures import METRICS as OF_GOALS


@pytest.mark.parametrize("key", OF_GOALS)
def test_a_goals_metric_is_one_of_the_registry_and_can_be_asked_of_an_agent(key):
    assert str(METRICS[key].name) == str(OF_GOALS[key])
    assert "agent" in dimensions_for(METRICS[key])
