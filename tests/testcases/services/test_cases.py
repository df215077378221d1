"""Cases and their versions: written once, numbered without gaps, told to the trail."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from salesiq.audit.models import AuditEvent
from salesiq.people.models import User
from salesiq.people.roles import Role
from testcases.content.problems import ContentError
from testcases.models import TestCase
from testcases.services import CaseError, NameTakenError, StaleVersionError, create_case, save_version, update_case
from tests.factories import make_client, make_user
from tests.testcases.factories import CONTENT, make_case, make_content

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager() -> User:
    return make_user(role=Role.MANAGER)


def write(user: User, **values: object) -> TestCase:
    assert user.client
    defaults = {
        "name": "price", "title": "Price", "test_type": "closing", "difficulty_level": "beginner", "language": "en",
        "skills": ["closing"], "description": "", "content": CONTENT,
    }  # fmt: skip
    return create_case(client=user.client, user=user, **{**defaults, **values})  # type: ignore[arg-type]


def test_a_case_is_written_with_its_first_version_and_told_to_the_trail(manager: User) -> None:
    case = write(manager)
    assert case.current
    assert (case.current.number, case.current.content) == (1, make_content())
    actions = AuditEvent.objects.filter(client=manager.client).values_list("action", flat=True)
    assert {"added", "version_written"} <= set(actions)


def test_who_may_not_manage_tests_writes_none(manager: User) -> None:
    for role in (Role.REVIEWER, Role.AGENT):
        with pytest.raises(PermissionDenied):
            write(make_user(role=role, client=manager.client))


def test_a_name_is_given_once(manager: User) -> None:
    write(manager)
    with pytest.raises(NameTakenError):
        write(manager)


@pytest.mark.parametrize(
    "values", [{"name": "two words"}, {"skills": ["Bad skill"]}, {"skills": "closing"}, {"test_type": "rest"}]
)
def test_values_that_cannot_be_used_are_refused(manager: User, values: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        write(manager, **values)
    assert not TestCase.objects.exists()


def test_an_edit_writes_the_next_version_and_nothing_where_nothing_differs(manager: User) -> None:
    case = write(manager)
    again = save_version(case=case, user=manager, content=CONTENT)
    second = save_version(case=case, user=manager, content={**CONTENT, "pass_mark": 80}, why="Harder", based_on=1)
    case.refresh_from_db()
    assert (again.number, second.number, case.current) == (1, 2, second)


def test_who_began_with_an_older_version_is_told_who_came_first(manager: User) -> None:
    case = write(manager)
    save_version(case=case, user=manager, content={**CONTENT, "pass_mark": 80}, based_on=1)
    with pytest.raises(StaleVersionError, match=manager.get_username()) as caught:
        save_version(case=case, user=manager, content={**CONTENT, "pass_mark": 70}, based_on=1)
    assert caught.value.newest == 2


def test_a_version_stays_in_the_language_of_its_case(manager: User) -> None:
    case = write(manager)
    with pytest.raises(CaseError):
        save_version(case=case, user=manager, content={**CONTENT, "language": "es"})
    with pytest.raises(ContentError):
        save_version(case=case, user=manager, content={**CONTENT, "criteria": []})


def test_settings_change_without_a_version_and_the_trail_has_before_and_after(manager: User) -> None:
    case = write(manager)
    update_case(case=case, user=manager, changes={"is_active": False, "title": "Price, again"})
    case.refresh_from_db()
    assert (case.is_active, case.title, case.versions.count()) == (False, "Price, again", 1)
    event = AuditEvent.objects.get(action="changed")
    assert event.details["before"] == {"is_active": True}
    assert event.details["after"] == {"is_active": False}
    assert event.details["fields"] == ["is_active", "title"]
    with pytest.raises(CaseError):
        update_case(case=case, user=manager, changes={"name": "other"})


def test_a_case_of_another_client_is_not_changed(manager: User) -> None:
    case = make_case(client=make_client())
    with pytest.raises(CaseError):
        update_case(case=case, user=manager, changes={"is_active": False})
    with pytest.raises(CaseError):
        save_version(case=case, user=manager, content=CONTENT)
