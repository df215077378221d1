"""What people do with findings: once, by who may, kept as events and in the trail."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from decisions.advice import wording
from decisions.advice.parameters import problems_of
from decisions.advice.rules.defaults import install_rules
from decisions.advice.selectors import list_findings
from decisions.advice.services import acknowledge_finding, close_finding, dismiss_finding, save_rule, snooze_finding
from decisions.models import AlertRule, FindingStatus
from decisions.tables.deals import today_of
from salesiq.audit.models import AuditEvent
from salesiq.people.roles import Role
from tests.decisions.factories import make_audience, make_finding
from tests.factories import make_team, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client_row):
    return make_user(client=client_row)


@pytest.fixture
def finding(client_row):
    figures = {"metric": "win_rate", "groups": {"region": "APAC"}, "before": 0.412, "after": 0.35, "relative": -0.15}
    return make_finding(audience=make_audience(client=client_row), figures=figures)


def test_a_finding_is_taken_on_once_and_then_closed(admin, finding):
    acknowledge_finding(finding=finding, actor=admin, note="I call them")
    acknowledge_finding(finding=finding, actor=admin)
    closed = close_finding(finding=finding, actor=admin)
    assert closed.status == FindingStatus.DONE
    assert closed.acknowledged_by == admin
    assert [(event.action, event.note) for event in finding.events.all()] == [
        ("acknowledged", "I call them"), ("done", "")]  # fmt: skip
    assert AuditEvent.objects.filter(action="finding_acknowledged", object_id=str(finding.pk)).count() == 1
    with pytest.raises(ValidationError):
        dismiss_finding(finding=closed, actor=admin)


def test_a_finding_is_put_away_for_a_year_at_most(admin, finding):
    today = today_of(finding.audience)
    assert snooze_finding(finding=finding, actor=admin, until=today + timedelta(days=7)).status == FindingStatus.SNOOZED
    for day in (today, today + timedelta(days=400)):
        with pytest.raises(ValidationError):
            snooze_finding(finding=finding, actor=admin, until=day)


def test_who_does_not_see_a_finding_does_not_act_on_it(client_row, finding):
    manager = make_user(client=client_row, role=Role.MANAGER)
    make_team(client=client_row).managers.add(manager)
    for actor in (manager, make_user(), make_user(client=client_row, role=Role.AGENT)):
        with pytest.raises(PermissionDenied):
            acknowledge_finding(finding=finding, actor=actor)
        assert not list_findings(user=actor)
    assert not finding.events.exists()


def test_a_finding_is_said_in_words_with_and_without_figures(finding):
    assert wording.sentence(finding) == "APAC: Win rate dropped by 15 %, from 41.2 % to 35.0 %."
    assert wording.action(finding)
    finding.figures = {}
    assert wording.sentence(finding) == "Win rate dropped by –, from – to –."


def test_rules_are_set_by_administrators_and_checked(client_row, admin):
    rule = AlertRule(client=client_row, key="win", name="Win rate", kind="change", metric="win_rate", by="region",
                     parameters={"relative": 0.2}, tells=["email"])  # fmt: skip
    assert save_rule(rule=rule, actor=admin).pk
    with pytest.raises(PermissionDenied):
        save_rule(rule=rule, actor=make_user(client=client_row, role=Role.INTEGRATOR))
    wrong = {"metric": "nothing", "by": "hour", "parameters": {"relative": -1}, "tells": ["pigeon"], "kind": "odd"}
    for field, value in wrong.items():
        other = AlertRule(client=client_row, key=field, name="Wrong", **{"kind": "change", "metric": "win_rate", field: value})  # noqa: E501  # fmt: skip
        with pytest.raises(ValidationError) as caught:
            save_rule(rule=other, actor=admin)
        assert field in caught.value.message_dict


@pytest.mark.parametrize(
    ("metric", "kind", "named"),
    [
        ("data", "change", "passes a limit"),
        ("deals_at_risk", "unusual", "passes a limit"),
        ("segments", "limit", "changed"),
        ("revenue", "change", "unusual for its season"),
        ("pipeline_value", "unusual", "passes a limit"),
    ],
)
def test_a_rule_that_its_figure_cannot_take_is_refused_instead_of_staying_silent(metric, kind, named):
    assert named in problems_of(AlertRule(key="r", name="R", metric=metric, kind=kind))["kind"]


def test_no_rule_that_is_shipped_stays_silent_for_its_kind(client_row):
    install_rules(client_row)
    assert not [problems for rule in AlertRule.objects.all() if (problems := problems_of(rule))]
