"""One click: a call becomes a case that can be practised, and is given to whom it helps."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from recordings.language.text import word_count
from recordings.language.types import LANGUAGES
from recordings.models import Objection, Outcome, SalesCall
from recordings.privacy.identity import Identity
from recordings.privacy.spoken import known_people
from salesiq.audit.services import record_event
from salesiq.people.models import Agent, User
from salesiq.people.roles import Capability
from testcases.models import AssignmentReason, TestCase
from testcases.scenarios.composing import Composed, compose, pick
from testcases.scenarios.hearing import AGENT, CUSTOMER, Heard, hear
from testcases.scenarios.nameless import Nameless
from testcases.scenarios.words import Words, words_of
from testcases.services import CaseError, assign, create_case
from testcases.services.errors import assert_may, assert_same_client

FEWEST_LINES, FEWEST_WORDS = 3, 25
MOST_PROVED, LOOKED_AT = 2, 30


class ScenarioError(CaseError):
    """The call gives no scenario; the sentence says why and what to do."""

    code = "no_scenario"


def make_scenario(
    *,
    call: SalesCall,
    user: User,
    assign_to: Sequence[Agent] = (),
    due_on: date | None = None,
    note: str = "",
) -> TestCase:
    """A case that retells `call`: what its customer said, knew and objected, without anybody in it; what was missed in
    the call is what is judged. It is assigned to `assign_to`. Making it is a look at the transcript, which is audited.

    A call is retold once: the case that was made of it is returned, and assigned, again.

    Raises:
        PermissionDenied: `user` may not manage test cases, or may not see the call.
        ScenarioError: the call is not redacted or not shown, is too short, nobody is the customer in it, or its
            language is none that the product speaks.
        CaseError: an agent cannot be assigned to.
    """
    assert_may(user, Capability.MANAGE_TESTS)
    assert_same_client(user, call, *assign_to)
    if not (user.can(Capability.VIEW_CALLS) and SalesCall.objects.visible_to(user).filter(pk=call.pk).exists()):
        raise PermissionDenied(_("You may not see this call."))
    with transaction.atomic():
        call = SalesCall.objects.select_for_update(of=("self",)).with_people().get(pk=call.pk)
        case = TestCase.objects.filter(client_id=call.client_id, source_call=call).order_by("created_at").first()
        if case is None:
            case = _retold(call, user)
        if assign_to:
            _assign(case, call, user, assign_to, due_on, note)
    return case


def why_not(call: SalesCall) -> str:
    """Why no scenario can be made of `call`, for the button; empty where one can. Reads no transcript."""
    if call.anonymised_at is not None:
        return _("The call was anonymised: nothing of what was said is left.")
    if call.is_held_back:
        return _("The call may not be processed, so that no scenario is made of it.")
    if not call.is_redacted:
        return _("Personal data has not been masked in this call yet. Wait until its analysis is done.")
    if call.language not in LANGUAGES:
        return _("Scenarios are made of calls in English, Spanish and Russian.")
    return ""


def _retold(call: SalesCall, user: User) -> TestCase:
    if sentence := why_not(call):
        raise ScenarioError(sentence)
    heard = hear(call)
    record_event(action="viewed", target=call, actor=user, details={"for": "scenario"})
    _check(heard)
    words = words_of(heard.language)
    composed = _composed(call, heard, words, user)
    return create_case(
        client=call.client, user=user, name=_free_name(call), title=composed.title, test_type=composed.test_type,
        difficulty_level=composed.difficulty, language=heard.language, skills=composed.skills,
        content=composed.content, why=_("Made of a call"), source_call=call, source_agent=call.agent,
    )  # fmt: skip


def _check(heard: Heard) -> None:
    customer = heard.by(CUSTOMER)
    if not customer:
        raise ScenarioError(_("Nobody is marked as the customer in this call. Set who speaks in its transcript first."))
    if not heard.by(AGENT):
        raise ScenarioError(_("Nobody is marked as the agent in this call. Set who speaks in its transcript first."))
    if len(customer) < FEWEST_LINES or sum(word_count(line.text) for line in customer) < FEWEST_WORDS:
        raise ScenarioError(
            _("The customer says too little in this call to make a scenario of it. Choose a longer one.")
        )


def _composed(call: SalesCall, heard: Heard, words: Words, user: User) -> Composed:
    persona = pick(words.names, str(call.pk))
    company = pick(words.companies, str(call.pk)) if call.customer and call.customer.company else ""
    nameless = _nameless(call, heard.language, words, persona, company)
    texts = nameless.lines([line.text for line in heard.lines])
    if sum(bool(texts[line.place]) for line in heard.by(CUSTOMER)) < FEWEST_LINES:
        raise ScenarioError(
            _("Too little is left of this call once nobody can be recognised in it. Choose another one.")
        )
    return compose(
        heard, texts, words=words, persona=persona, company=company, proved=_proved(call, heard, words, user)
    )


def _nameless(call: SalesCall, language: str, words: Words, persona: str, company: str) -> Nameless:
    customer = call.customer
    identity = Identity()
    if customer is not None:
        identity = Identity.gather(names=[customer.name], emails=[customer.email], phones=[customer.phone])
    return Nameless(
        language=language, words=words, people=known_people(call), customer=identity,
        company=customer.company if customer else "", persona=persona, persona_company=company,
    )  # fmt: skip


def _proved(call: SalesCall, heard: Heard, words: Words, user: User) -> Mapping[str, Sequence[str]]:
    """Answers to objections of these kinds after which customers of won calls let go, without people in them. Only of
    calls that `user` sees; each that is taken from is looked at."""
    proved: dict[str, list[str]] = {}
    for kind in {stood.kind for stood in heard.objections}:
        rows = (
            Objection.objects.filter(
                call__client=call.client_id, call__language=heard.language, kind=kind, handled=True, moved_on=True,
                call__outcome=Outcome.CONVERTED, answer__isnull=False, call__anonymised_at=None,
            )
            .filter(call__in=SalesCall.objects.visible_to(user).redacted().filter(client=call.client_id).values("pk"))
            .exclude(call=call)
            .select_related("answer", "call__customer", "call__agent", "call__client")
            .order_by("-confidence", "pk")[:LOOKED_AT]
        )  # fmt: skip
        for row in rows:
            assert row.answer is not None
            text = _nameless(row.call, heard.language, words, words.names[0], words.companies[0]).text(row.answer.text)
            if word_count(text) >= FEWEST_LINES and len(proved.setdefault(kind, [])) < MOST_PROVED:
                proved[kind].append(text)
                record_event(action="viewed", target=row.call, actor=user, details={"for": "scenario"})
    return proved


def _free_name(call: SalesCall) -> str:
    """Of the call's day and id: it tells nothing of who spoke."""
    return f"call-{call.started_at:%Y-%m-%d}-{call.pk.hex[-6:]}"


def _assign(
    case: TestCase, call: SalesCall, user: User, agents: Sequence[Agent], due_on: date | None, note: str
) -> None:
    skill = next(iter(case.skills), "")
    evidence: dict[str, Any] = {"call": str(call.pk), "skill": skill}
    assign(
        agents=agents, user=user, case=case, reason=AssignmentReason.LOST_CALL, skill=skill, due_on=due_on, note=note,
        evidence=evidence,
    )  # fmt: skip
