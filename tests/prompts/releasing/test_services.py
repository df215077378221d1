import pytest
from django.core.exceptions import PermissionDenied

from prompts.models import ExperimentStatus, LabelChange, PromptExperiment, PromptLabel
from prompts.releasing import (
    GateError,
    ReleaseError,
    previous_production,
    read_gate,
    release_version,
    roll_back,
    save_gate,
)
from salesiq.audit.models import AuditEvent
from salesiq.people.roles import Role
from tests.factories import make_user

GOOD, BAD = [True] * 20, [False] * 20
WHY = "The customers wait for the mended greeting."


def production(house):
    label = PromptLabel.objects.filter(prompt=house.prompt, name="production").first()
    return label.version if label else None


def released(house, **values):
    version = house.version()
    house.evaluated(version, GOOD)
    release_version(prompt=house.prompt, version=version, user=house.user, **values)
    return version


def test_a_version_that_passes_becomes_production_with_what_the_gate_found(house):
    version = released(house, reason="Better")
    change = LabelChange.objects.get()
    assert production(house) == version and change.verdict["passed"] and not change.overridden
    assert change.evaluation is not None and change.reason == "Better"
    event = AuditEvent.objects.get(action="prompt_released")
    assert event.actor == house.user and event.details["version"] == 1


def test_a_version_that_fails_stays_out(house):
    version = house.version()
    house.evaluated(version, BAD)
    with pytest.raises(ReleaseError) as error:
        release_version(prompt=house.prompt, version=version, user=house.user)
    assert error.value.code == "gate" and not error.value.verdict.passed
    assert production(house) is None and not LabelChange.objects.exists()


def test_an_override_needs_a_reason_and_is_marked(house):
    version = house.version()
    for reason in ("", "because"):
        with pytest.raises(ReleaseError) as error:
            release_version(prompt=house.prompt, version=version, user=house.user, reason=reason, override=True)
        assert error.value.code == "reason"
    change = release_version(prompt=house.prompt, version=version, user=house.user, reason=WHY, override=True)
    assert change.overridden and not change.verdict["passed"] and production(house) == version
    event = AuditEvent.objects.get(action="prompt_released_in_spite")
    assert event.details["failed"] == ["evaluation"] and WHY not in str(event.details)


def test_an_override_that_was_not_needed_is_not_marked(house):
    version = house.version()
    house.evaluated(version, GOOD)
    assert not release_version(
        prompt=house.prompt, version=version, user=house.user, reason=WHY, override=True
    ).overridden


def test_other_labels_are_free(house):
    version = house.version()
    release_version(prompt=house.prompt, version=version, user=house.user, label="staging")
    assert PromptLabel.objects.get(name="staging").version == version


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.AGENT, Role.PRIVACY])
def test_who_may_not_manage_prompts_releases_nothing(house, role):
    user = make_user(client=house.prompt.client, role=role)
    first, second = released(house), released(house)
    for attempt in (
        lambda: release_version(prompt=house.prompt, version=first, user=user, reason=WHY, override=True),
        lambda: roll_back(prompt=house.prompt, user=user, reason=WHY),
        lambda: save_gate(prompt=house.prompt, user=user, dataset=None, gate={}),
    ):
        with pytest.raises(PermissionDenied):
            attempt()
    assert production(house) == second


def test_roll_backs_go_further_back_each_time_and_need_no_gate(house):
    first, second, third = released(house), released(house), released(house)
    change = roll_back(prompt=house.prompt, user=house.user, reason=WHY)
    assert production(house) == second and change.before == third
    roll_back(prompt=house.prompt, user=house.user, reason=WHY)
    assert production(house) == first and previous_production(house.prompt) is None
    with pytest.raises(ReleaseError) as error:
        roll_back(prompt=house.prompt, user=house.user, reason=WHY)
    assert error.value.code == "no_earlier"
    release_version(prompt=house.prompt, version=third, user=house.user)
    assert previous_production(house.prompt) == first
    assert AuditEvent.objects.filter(action="prompt_rolled_back").count() == 2


def test_a_roll_back_needs_a_reason(house):
    released(house), released(house)
    with pytest.raises(ReleaseError) as error:
        roll_back(prompt=house.prompt, user=house.user, reason="oops")
    assert error.value.code == "reason"


def test_while_two_versions_are_compared_no_other_is_released_but_a_roll_back_ends_it(house):
    first, second = released(house), released(house)
    third = house.version()
    house.evaluated(third, GOOD)
    experiment = PromptExperiment.objects.create(
        client=house.prompt.client, prompt=house.prompt, version_a=second, version_b=third, salt="s"
    )
    with pytest.raises(ReleaseError) as error:
        release_version(prompt=house.prompt, version=third, user=house.user)
    assert error.value.code == "experiment"
    roll_back(prompt=house.prompt, user=house.user, reason=WHY)
    experiment.refresh_from_db()
    assert experiment.status == ExperimentStatus.STOPPED and production(house) == first


def test_what_is_in_production_is_not_released_again_nor_a_version_of_another_prompt(house):
    version = released(house)
    with pytest.raises(ReleaseError) as error:
        release_version(prompt=house.prompt, version=version, user=house.user)
    assert error.value.code == "already"
    version.prompt_id = house.user.pk
    with pytest.raises(ReleaseError) as error:
        release_version(prompt=house.prompt, version=version, user=house.user)
    assert error.value.code == "other_prompt"


def test_a_gate_is_saved_with_before_and_after_in_the_trail(house):
    save_gate(prompt=house.prompt, user=house.user, dataset=house.dataset, gate={"min_pass_rate": 0.9})
    house.prompt.refresh_from_db()
    assert read_gate(house.prompt.gate).min_pass_rate == 0.9
    details = AuditEvent.objects.get(action="prompt_gate_changed").details
    assert details["before"]["gate"] == {} and details["after"]["gate"]["min_pass_rate"] == "0.9"
    with pytest.raises(GateError):
        save_gate(prompt=house.prompt, user=house.user, dataset=None, gate={"min_pass_rate": 9})
