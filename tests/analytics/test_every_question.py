"""Every metric can be asked by every dimension it names, on both databases."""

from datetime import date

import pytest

from analytics.asking import ask
from analytics.metrics import METRICS, dimensions_for
from analytics.questions import Comparison, Filters, Grain, Question
from salesiq.people.roles import Role
from tests.factories import make_user
from tests.recordings.factories import make_call

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("key", METRICS)
def test_each_metric_is_answered_by_each_of_its_dimensions(key):
    user = make_user(role=Role.ADMIN)
    make_call(client=user.client)
    period = Filters(since=date(2026, 1, 1), until=date(2026, 12, 31))
    for by in ("", *dimensions_for(METRICS[key])):
        ask(Question(metrics=(key,), by=by), user=user)
        ask(Question(metrics=(key,), by=by, grain=Grain.MONTH, filters=period, compare=Comparison.PRIOR), user=user)
