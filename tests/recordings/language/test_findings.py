from datetime import date
from decimal import Decimal

import pytest

from recordings.language.agent_role import identify_agent
from recordings.language.compliance import check_compliance
from recordings.language.entities import find_entities
from recordings.language.lexicon import lexicon
from recordings.language.objections import judge_answer, names_rival
from recordings.language.promises import find_promises
from recordings.language.questions import find_questions
from recordings.language.types import Call, Line


def call(*said, language="en", **known):
    lines = tuple(
        Line(place, role, place * 4.0, place * 4.0 + 3, text, role) for place, (role, text) in enumerate(said)
    )
    return Call(lines, language, date(2026, 3, 3), **known)


@pytest.mark.parametrize(
    ("language", "text", "due"),
    [
        ("en", "I'll send you the quote on Friday.", date(2026, 3, 6)),
        ("en", "We'll get back to you.", None),
        ("es", "Le envío la cotización el viernes.", date(2026, 3, 6)),
        ("es", "Mañana le llamo con la respuesta.", date(2026, 3, 4)),
        ("ru", "Я пришлю расчёт в пятницу.", date(2026, 3, 6)),
        ("ru", "Перезвоню вам завтра.", date(2026, 3, 4)),
    ],
)
def test_a_promise_is_found_with_its_day(language, text, due):
    (promise,) = find_promises(call(("agent", text), language=language))
    assert (promise.due, promise.by) == (due, "agent")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "I can't promise to send anything."),
        ("en", "Your colleague said he'd call me yesterday."),
        ("en", "Shall I send it to you?"),
        ("es", "Le llamo de Nubela por su solicitud."),
        ("es", "¿Quiere que le mande la propuesta?"),
        ("ru", "Вы обещали, что перезвоните."),
        ("ru", "Можно я вам перезвоню?"),
    ],
)
def test_offers_reports_and_denials_are_no_promises(language, text):
    assert find_promises(call(("agent", text), language=language)) == []


@pytest.mark.parametrize(
    ("language", "text", "kind"),
    [
        ("en", "How many people work there?", "open"),
        ("en", "do you have a warranty", "closed"),
        ("es", "¿Cuánto cuesta?", "open"),
        ("ru", "Вам удобно в среду?", "closed"),
    ],
)
def test_questions_are_open_or_closed(language, text, kind):
    (question,) = find_questions(call(("customer", text), language=language))
    assert question.kind == kind


def test_a_rhetorical_question_is_none():
    assert find_questions(call(("customer", "Who knows?"))) == []


def test_entities_carry_their_normal_form():
    said = call(
        ("agent", "Northwind costs $1,250.50 a month, 15 percent off for 20 users, I'll mail a.b@x.com on Friday."),
        ("customer", "Call me on +1 202-555-0143, Voltcorp asked twelve hundred dollars."),
        company_names=("Northwind",),
        competitor_names=("Voltcorp",),
    )
    found = {(entity.kind, entity.value) for entity in find_entities(said)}
    assert {
        ("company", "Northwind"),
        ("money", "1250.5 USD"),
        ("percent", "15"),
        ("quantity", "20 users"),
        ("email", "a.b@x.com"),
        ("date", "2026-03-06"),
        ("phone", "+12025550143"),
        ("competitor", "Voltcorp"),
        ("money", "1200 USD"),
    } <= found
    amounts = [entity.amount for entity in find_entities(said) if entity.kind == "money"]
    assert amounts == [Decimal("1250.50"), Decimal(1200)]


def test_spoken_money_is_read_in_spanish_and_russian():
    spanish = find_entities(call(("agent", "Son noventa y dos mil dólares."), language="es"))
    russian = find_entities(call(("agent", "Это сто двадцать тысяч рублей."), language="ru"))
    assert [entity.value for entity in spanish if entity.kind == "money"] == ["92000 USD"]
    assert [entity.value for entity in russian if entity.kind == "money"] == ["120000 RUB"]


def test_missing_disclosures_are_reported_as_missing():
    found = {item.kind: item.verdict for item in check_compliance(call(("agent", "Hello there.")))}
    assert found == {"recording_disclosure": "missing", "identification": "missing"}


def test_disclosure_consent_and_violations_are_found():
    said = call(
        ("agent", "This is Dana from Brightdesk, this call is recorded."),
        ("customer", "Sure, go ahead."),
        ("agent", "I guarantee you a hundred percent success, but this price is only today."),
        ("customer", "My card is 4111 1111 1111 1111. And don't call me again."),
        company_names=("Brightdesk",),
        agent_name="Dana",
    )
    found = {(item.kind, item.verdict, item.line) for item in check_compliance(said)}
    assert found >= {
        ("recording_disclosure", "present", 0),
        ("identification", "present", 0),
        ("consent", "present", 1),
        ("guarantee_claim", "violation", 2),
        ("pressure", "violation", 2),
        ("card_number", "violation", 3),
        ("do_not_call", "present", 3),
    }


def test_an_answer_with_substance_handles_an_objection_and_a_shrug_does_not():
    good = call(
        ("customer", "That is too expensive."),
        ("agent", "I understand, but it pays for itself in six months because you save 30 percent on your bills."),
        ("customer", "Okay, that makes sense."),
    )
    shrug = call(("customer", "That is too expensive."), ("agent", "Okay, sure."), ("customer", "Bye."))
    handled = judge_answer(good.lines, 0, "price", lexicon("en"))
    assert (handled.handled, handled.line, handled.moved_on) == (True, 1, True)
    assert not judge_answer(shrug.lines, 0, "price", lexicon("en")).handled
    assert not judge_answer(shrug.lines[:1], 0, "price", lexicon("en")).handled


def test_a_rival_is_known_in_other_grammatical_cases():
    assert names_rival("Мы со Скайлинком работаем", ("Скайлинк",))
    assert not names_rival("We work alone", ("Skylink",))


@pytest.mark.parametrize(
    ("language", "agent", "customer"),
    [
        ("en", "Thank you for calling Northwind, my name is Ann from sales, how can I help you?", "How much is it?"),
        ("es", "Le llamo de Nubela, mi nombre es Ana, ¿en qué le puedo ayudar?", "¿Cuánto cuesta?"),
        ("ru", "Добрый день, меня зовут Анна, компания Свет, чем могу помочь?", "Сколько это стоит?"),
    ],
)
def test_the_agent_is_the_one_who_greets_and_offers(language, agent, customer):
    lines = [Line(0, "unknown", 0, 3, customer, "B"), Line(1, "unknown", 3, 6, agent, "A")]
    assert identify_agent(lines, language).roles == {"A": "agent", "B": "customer"}


def test_roles_stay_unknown_without_cues():
    lines = [Line(0, "unknown", 0, 1, "yes", "A"), Line(1, "unknown", 1, 2, "no", "B")]
    assert set(identify_agent(lines, "en").roles.values()) == {"unknown"}
