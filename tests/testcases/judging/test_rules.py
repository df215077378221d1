"""What each kind of rule makes of small talks: by words, by meaning, by place and time."""

import pytest

from recordings.language.types import Line
from testcases.content.document import Criterion
from testcases.judging.rules.judge import judge_criterion
from testcases.judging.rules.transcript import Transcript
from testcases.judging.wording import reason_of


def talk(*lines: tuple[str, str], language: str = "en") -> Transcript:
    """(role, text) a line, five seconds each."""
    roles = {"a": "agent", "c": "customer"}
    return Transcript.of(
        [Line(at, roles[role], at * 5.0, at * 5.0 + 4.5, text) for at, (role, text) in enumerate(lines)], language
    )


def judged(rule, *lines, language="en"):
    return judge_criterion(Criterion("k", "text", rule), talk(*lines, language=language))


DISCOUNT = {"kind": "said", "phrases": ["offer you a discount"]}


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("I can offer you a discount.", "met"),
        ("We are offering all of you some nice discounts today.", "met"),
        ("I can't offer you a discount.", "not_met"),
        ("I'm afraid offering a discount is not possible.", "not_met"),
        ("I wish I could offer you a discount.", "not_met"),
        ("You said that they offered you a discount.", "not_met"),
        ("Other companies offer you a discount and cut the service.", "not_met"),
        ("Why don't we offer you a discount?", "met"),
        ("No, wait, I can offer you a discount.", "met"),
        ("I can't promise a date, but I can offer you a discount.", "met"),
        ("I would love to offer you a discount, but my hands are tied.", "not_met"),
        ("Let me explain the price.", "not_met"),
    ],
)
def test_words_are_said_only_where_they_are_not_denied_wished_or_reported(text, verdict):
    assert judged(DISCOUNT, ("a", text)).verdict == verdict


@pytest.mark.parametrize(
    ("language", "phrase", "text", "verdict"),
    [
        ("es", "ofrecer un descuento", "Le ofrezco un descuento del diez por ciento.", "met"),
        ("es", "ofrecer un descuento", "No le puedo ofrecer ningún descuento.", "not_met"),
        ("es", "ofrecer un descuento", "Usted dijo que le ofrecieron un descuento.", "not_met"),
        ("es", "enviar la propuesta", "Mañana mismo le enviaré la propuesta.", "met"),
        ("ru", "предложить скидку", "Мы предлагаем вам скидку десять процентов.", "met"),
        ("ru", "предложить скидку", "Скидку предложить, к сожалению, не могу.", "not_met"),
        ("ru", "предложить скидку", "Вы говорили, что вам предложили скидку.", "not_met"),
        ("ru", "отправлю предложение", "Предложение я вам вышлю сегодня.", "met"),
    ],
)
def test_inflections_and_denials_are_heard_in_spanish_and_russian(language, phrase, text, verdict):
    assert judged({"kind": "said", "phrases": [phrase]}, ("a", text), language=language).verdict == verdict


def test_the_wrong_speaker_does_not_count():
    assert judged(DISCOUNT, ("c", "Can you offer me a discount?")).verdict == "not_met"


def test_a_quote_stands_word_for_word_in_its_line():
    found = judged(DISCOUNT, ("c", "Hm."), ("a", "Well, I can offer you a small discount, if you like.")).evidence[0]
    assert (found.line, found.quote, found.role, found.start) == (1, "offer you a small discount", "agent", 5.0)


def test_some_of_several_phrases_are_partly():
    rule = {"kind": "said", "phrases": ["my name is", "from Brightline"], "need": 2}
    assert judged(rule, ("a", "Hi, my name's Ann.")).verdict == "partly"
    assert judged(rule, ("a", "Hi, my name's Ann from Brightline.")).verdict == "met"


def test_numbers_are_the_same_in_words_and_digits():
    rule = {"kind": "said", "phrases": ["30 days"]}
    assert judged(rule, ("a", "You have thirty days to return it.")).verdict == "met"


def test_what_is_forbidden_is_met_until_it_is_said():
    rule = {"kind": "forbidden", "phrases": ["guarantee results"]}
    assert judged(rule, ("a", "We can't guarantee results.")).verdict == "met"
    broken = judged(rule, ("a", "We guarantee you the results."))
    assert (broken.verdict, broken.evidence[0].quote) == ("not_met", "guarantee you the results")


def test_meaning_is_heard_in_other_words_and_not_in_a_denial():
    rule = {"kind": "meaning", "text": "I will send you the offer by e-mail"}
    assert judged(rule, ("a", "I'll email you the offer this afternoon.")).verdict == "met"
    assert judged(rule, ("a", "I can't send you the offer by e-mail.")).verdict == "not_met"
    assert judged(rule, ("a", "We were founded in 1990 in a garage.")).verdict == "not_met"


def test_open_questions_are_counted_and_closed_ones_are_not():
    lines = (("a", "How do you plan your shifts? Do you like it?"), ("a", "Tell me about your week."))
    assert judged({"kind": "asked", "open": True, "need": 2}, *lines).verdict == "met"
    assert judged({"kind": "asked", "open": True, "need": 3}, *lines).verdict == "partly"


def test_order_is_of_first_places():
    rule = {"kind": "order", "steps": [
        {"kind": "asked", "questions": ["What do you need?"]}, {"kind": "said", "phrases": ["the price is"]},
    ]}  # fmt: skip
    need, price = ("a", "So what do you need?"), ("a", "The price is ninety.")
    assert judged(rule, need, price).verdict == "met"
    assert judged(rule, price, need).verdict == "not_met"
    assert judged(rule, need).verdict == "not_met"


def test_timing_counts_from_the_start_the_end_and_after():
    said = {"kind": "said", "phrases": ["my name is"]}
    lines = [("a", "Hello."), ("c", "Hi."), ("a", "My name is Ann.")]
    within = {"kind": "timing", "of": said, "from": "start"}
    assert judged({**within, "seconds": 10}, *lines).verdict == "met"
    assert judged({**within, "seconds": 6}, *lines).verdict == "partly"
    assert judged({**within, "seconds": 3}, *lines).verdict == "not_met"
    assert judged({"kind": "timing", "of": said, "from": "end", "seconds": 5}, *lines).verdict == "met"
    after = {"kind": "timing", "of": said, "from": "after", "after": {"kind": "said", "phrases": ["hi"], "who": "any"}}
    assert judged({**after, "turns": 1}, *lines).verdict == "met"
    assert judged({**after, "turns": 1}, ("a", "Morning.")).verdict == "not_applicable"


def test_counts_have_bounds():
    rule = {"kind": "count", "of": {"kind": "said", "phrases": ["basically"]}, "at_most": 1}
    assert judged(rule, ("a", "Basically yes.")).verdict == "met"
    assert judged(rule, ("a", "Basically yes."), ("a", "It is basically done.")).verdict == "not_met"


def test_measures_of_the_talk_have_bounds_with_a_margin():
    lines = (("a", "One two three."), ("c", "Four five six."))
    rule = {"kind": "talk", "measure": "talk_share", "at_most": 55}
    assert judged(rule, *lines).verdict == "met"
    assert judged({**rule, "at_most": 45}, *lines).verdict == "partly"
    assert judged({**rule, "at_most": 30}, *lines).verdict == "not_met"


def test_an_objection_is_answered_taken_up_or_passed_over():
    rule = {"kind": "answered", "objection": "price", "answers": ["It pays for itself within a year"]}
    raised = ("c", "That is too expensive for us.")
    assert judged(rule, ("a", "Hello."), ("c", "Hello.")).verdict == "not_applicable"
    assert judged(rule, raised, ("a", "It pays for itself in less than a year.")).verdict == "met"
    assert judged(rule, raised, ("a", "Okay.")).verdict == "not_met"


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [("Yes, Tuesday works for me.", "met"), ("Sure, sounds good.", "met"), ("I'd have to think about it.", "not_met"),
     ("No, I don't want a meeting.", "not_met")],
)  # fmt: skip
def test_a_next_step_is_agreed_to_by_the_customer(answer, verdict):
    rule = {"kind": "intent", "intent": "next_step"}
    assert judged(rule, ("a", "Shall we meet on Tuesday at ten?"), ("c", answer)).verdict == verdict


def test_rules_are_composed():
    name, price = {"kind": "said", "phrases": ["my name is"]}, {"kind": "said", "phrases": ["the price is"]}
    line = ("a", "My name is Ann.")
    assert judged({"kind": "all", "rules": [name, price]}, line).verdict == "partly"
    assert judged({"kind": "any", "rules": [name, price]}, line).verdict == "met"
    assert judged({"kind": "not", "rule": price}, line).verdict == "met"
    assert judged({"kind": "when", "if": price, "then": name}, line).verdict == "not_applicable"
    assert judged({"kind": "when", "if": name, "then": price}, line).verdict == "not_met"


def test_a_rubric_without_a_model_waits_for_a_person():
    assert judged({"kind": "rubric", "text": "Polite"}, ("a", "Hello.")).verdict == "undecided"


@pytest.mark.parametrize(
    ("rule", "lines", "said"),
    [
        ({"kind": "asked", "open": True}, ["What do you need?"], "1 of the questions is asked."),
        ({"kind": "asked", "open": True, "need": 2}, ["What do you need?", "How do you do it?"],
         "2 of the questions are asked."),
        ({"kind": "said", "phrases": ["good day", "my name"], "need": 2}, ["Good day"],
         "1 of the 2 that are asked for is said."),
        ({"kind": "count", "of": {"kind": "said", "phrases": ["my name"]}, "at_most": 2}, ["My name is Ann."],
         "It is found 1 time."),
    ],
)  # fmt: skip
def test_one_is_told_otherwise_than_several(rule, lines, said):
    assert reason_of(judged(rule, *(("a", line) for line in lines))) == said
