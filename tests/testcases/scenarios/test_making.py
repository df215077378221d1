"""A call is retold as a case: its customer's words, facts and objections, and nobody in it."""

import json

import pytest
from django.core.exceptions import PermissionDenied

from recordings.language.excerpts import Excerpt, read_excerpts
from recordings.models import CallStatus, Outcome, SalesCall, ScoreItem, Utterance
from salesiq.audit.models import AuditEvent
from salesiq.people.models import User
from salesiq.people.roles import Role
from testcases.content.reading import read_content
from testcases.models import Assignment, TestCase
from testcases.scenarios import ScenarioError, make_scenario, why_not
from testcases.scenarios.composing import as_sentence
from tests.factories import make_agent, make_client, make_customer, make_team, make_user
from tests.recordings.factories import make_call, make_objection, make_score, make_utterance

pytestmark = pytest.mark.django_db
EXCERPTS = {excerpt.id: excerpt for split in ("development", "fresh") for excerpt in read_excerpts(split)}


def long_excerpts(language: str, n: int) -> list[str]:
    found = [
        e.id for e in EXCERPTS.values() if e.call.language == language and len(e.call.lines) >= 10 and e.objections
    ]
    return found[:n]


IDS = [each for language in ("en", "es", "ru") for each in long_excerpts(language, 2)]


def call_of(excerpt: Excerpt, **values: object) -> SalesCall:
    """A published call with these lines and what they mean; its agent and its customer have full names."""
    client = make_client(name=excerpt.call.company_names[0] if excerpt.call.company_names else "Brightline")
    agent = make_agent(
        client=client, name=f"{excerpt.call.agent_name or 'Dana'} Whitlock", team=make_team(client=client)
    )
    customer = make_customer(client=client, name="Marcus Quillfeather", company="Quillfeather Mills")
    call = make_call(client=client, agent=agent, customer=customer, published=False, **{
        "status": CallStatus.PUBLISHED, "language": excerpt.call.language, "outcome": Outcome.NOT_QUALIFIED, **values,
    })  # fmt: skip
    rows = {}
    for line in excerpt.call.lines:
        rows[line.position] = make_utterance(call, line.position, line.role, line.text)
    for position, kind in sorted(excerpt.objections):
        make_objection(call, utterance=rows[position], kind=kind, handled=False, answer=None, moved_on=False)
    return call


def manager_of(call: SalesCall) -> User:
    user = make_user(role=Role.MANAGER, client=call.client)
    assert call.agent and call.agent.team
    call.agent.team.managers.add(user)
    return user


def words_of(case: TestCase) -> str:
    assert case.current
    return json.dumps([case.title, case.name, case.current.content], ensure_ascii=False)


@pytest.mark.parametrize("excerpt", IDS)
def test_a_real_looking_call_becomes_a_case_that_can_be_played(excerpt: str) -> None:
    source = EXCERPTS[excerpt]
    call = call_of(source)
    case = make_scenario(call=call, user=manager_of(call))
    content = read_content(case.current.content)  # type: ignore[union-attr]
    kinds = {kind for _position, kind in source.objections}
    assert case.language == content.language == source.call.language
    assert {each.kind for each in content.objections} <= kinds
    assert content.objections or not kinds
    assert all(each.lines and each.answers for each in content.objections)
    assert {f"answers_{each.kind}" for each in content.objections} < {each.key for each in content.criteria}
    assert (case.source_call, case.source_agent) == (call, call.agent)


@pytest.mark.parametrize("excerpt", IDS)
def test_nobody_of_the_call_is_in_the_case(excerpt: str) -> None:
    call = call_of(EXCERPTS[excerpt])
    last = max(line.position for line in EXCERPTS[excerpt].call.lines)
    spoken = {
        "en": "This is Marcus Quillfeather from Quillfeather Mills. My number is 555 014 2231. Thanks, Dana.",
        "es": "Soy Marcus Quillfeather de Quillfeather Mills. Mi correo es marcus@quillfeather.example. Gracias.",
        "ru": "Это Marcus Quillfeather, Quillfeather Mills. Мой телефон 8 916 123 45 67. Спасибо.",
    }[call.language]
    make_utterance(call, last + 1, "agent", "?")
    row = make_utterance(call, last + 2, "customer", spoken)
    make_objection(call, utterance=row, kind="trust", handled=False, answer=None, moved_on=False)
    case = make_scenario(call=call, user=manager_of(call))
    told = words_of(case)
    agent = call.agent.name.split()[0]  # type: ignore[union-attr]
    for secret in ("Quillfeather", "Marcus", "555 014", "916 123", "marcus@", "•", f" {agent},", f", {agent}"):
        assert secret not in told


def test_what_the_agent_asked_and_was_told_is_found_out_again() -> None:
    call = call_of(EXCERPTS[long_excerpts("en", 1)[0]])
    content = make_scenario(call=call, user=manager_of(call)).current.content  # type: ignore[union-attr]
    assert content["facts"]
    rule = next(each["judge"] for each in content["criteria"] if each["key"] == "finds_out")
    assert rule["questions"] == [fact["asked"][0] for fact in content["facts"] if fact["asked"]]


def test_what_a_recogniser_cut_is_read_as_a_sentence() -> None:
    assert [as_sentence(each) for each in ("tengo que hablarlo,", "Is it dear?", " так дорого ", ", ", "")] == [
        "Tengo que hablarlo.", "Is it dear?", "Так дорого.", "", ""
    ]  # fmt: skip


def test_what_cost_points_in_the_call_is_judged_in_the_case() -> None:
    call = call_of(EXCERPTS[long_excerpts("en", 1)[0]])
    score = make_score(call)
    ScoreItem.objects.create(
        score=score, position=1, key="empathy", name="Empathy", points=0, max_points=5, confidence=1
    )
    content = make_scenario(call=call, user=manager_of(call)).current.content  # type: ignore[union-attr]
    keys = {each["key"] for each in content["criteria"]}
    assert "empathy" in keys
    assert "greeting" not in keys


@pytest.mark.parametrize("is_seen", [True, False])
def test_answers_that_won_other_calls_are_good_answers_where_the_maker_sees_those_calls(is_seen: bool) -> None:
    call = call_of(EXCERPTS[long_excerpts("en", 1)[0]])
    row = call.objections.first()
    won = make_call(
        client=call.client, outcome=Outcome.CONVERTED, title="", **({"agent": call.agent} if is_seen else {})
    )
    won.objections.update(kind=row.kind)
    content = make_scenario(call=call, user=manager_of(call)).current.content  # type: ignore[union-attr]
    answers = next(each["answers"] for each in content["objections"] if each["kind"] == row.kind)
    proved = "I understand. Most teams save ten hours a month, which pays for it twice."
    assert (answers[0] == proved) == is_seen and (proved in answers) == is_seen
    assert AuditEvent.objects.filter(action="viewed", object_id=str(won.pk)).exists() == is_seen


def test_it_is_made_once_assigned_and_looked_at_in_the_trail() -> None:
    call = call_of(EXCERPTS[long_excerpts("en", 1)[0]])
    user = manager_of(call)
    assert call.agent
    case = make_scenario(call=call, user=user, assign_to=[call.agent])
    again = make_scenario(call=call, user=user, assign_to=[call.agent])
    assert case == again
    row = Assignment.objects.get()
    assert (row.agent, row.case, row.reason, row.evidence["call"]) == (call.agent, case, "lost_call", str(call.pk))
    assert AuditEvent.objects.filter(action="viewed", object_id=str(call.pk)).count() == 1


def test_who_may_not_see_the_call_makes_none() -> None:
    call = call_of(EXCERPTS[long_excerpts("en", 1)[0]])
    for user in (make_user(role=Role.MANAGER, client=call.client), make_user(role=Role.REVIEWER, client=call.client)):
        with pytest.raises(PermissionDenied):
            make_scenario(call=call, user=user)
    assert not TestCase.objects.exists()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"status": CallStatus.RECEIVED}, "masked"),
        ({"status": CallStatus.HELD_BACK}, "processed"),
        ({"language": "de"}, "English"),
    ],
)
def test_a_call_that_gives_none_says_why(change: dict[str, object], reason: str) -> None:
    call = call_of(EXCERPTS[long_excerpts("en", 1)[0]])
    SalesCall.objects.filter(pk=call.pk).update(**change)
    call.refresh_from_db()
    assert reason in why_not(call)
    with pytest.raises(ScenarioError, match=reason):
        make_scenario(call=call, user=manager_of(call))


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ([("agent", "Hello, is anybody there today?")], "customer"),
        ([("customer", "Hello, is anybody there today?")], "agent"),
        ([("agent", "Hello."), ("customer", "No, thank you.")], "too little"),
    ],
)
def test_a_call_that_says_too_little_says_so(lines: list[tuple[str, str]], reason: str) -> None:
    call = call_of(EXCERPTS[long_excerpts("en", 1)[0]])
    call.objections.all().delete()
    Utterance.objects.filter(call=call).delete()
    for position, (role, text) in enumerate(lines):
        make_utterance(call, position, role, text)
    with pytest.raises(ScenarioError, match=reason):
        make_scenario(call=call, user=manager_of(call))
