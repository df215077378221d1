"""What is heard as consent to a recording: a yes to the question, or, where it is enough, going on after the notice."""

import pytest

from recordings.language.recording_consent import find_spoken_consent
from recordings.language.types import Call, Line


def conversation(*lines, language="en"):
    """Lines of agent and customer in turn; a tuple names the role."""
    spoken = []
    for place, line in enumerate(lines):
        role, text = line if isinstance(line, tuple) else (("agent", "customer")[place % 2], line)
        spoken.append(Line(place, role, place * 5.0, place * 5.0 + 4.0, text))
    return Call(lines=tuple(spoken), language=language)


def heard(call, *, yes_needed):
    found = find_spoken_consent(call, yes_needed=yes_needed)
    return (found.how, found.line) if found else None


AGREED = [
    ("en", "Hi, this is Ann from Luna. This call is recorded. Is that okay with you?", "Sure, go ahead."),
    ("en", "Hi, this call is being recorded for quality, do you agree?", "Yes."),
    ("en", "Just so you know, we record this line.", "I don't mind being recorded."),
    ("es", "Buenas tardes. Esta llamada queda grabada, ¿está de acuerdo?", "Sí, claro."),
    ("es", "Le informo de que la llamada se graba. ¿Le parece bien?", "Sin problema, adelante."),
    ("ru", "Добрый день! Разговор записывается. Вы не против?", "Да, конечно."),
    ("ru", "Здравствуйте, звонок записывается, вы согласны?", "Согласна, слушаю вас."),
]
REFUSED = [
    ("en", "This call is recorded. Is that okay with you?", "No, please don't record me."),
    ("en", "This call is recorded.", "I'd rather not be recorded, thank you."),
    ("en", "This call is recorded. Okay?", "I do not consent to being recorded."),
    ("es", "La llamada se graba, ¿está de acuerdo?", "No, no quiero que me graben."),
    ("es", "Esta llamada queda grabada.", "Prefiero que no me grabe."),
    ("ru", "Разговор записывается, вы не против?", "Нет, не записывайте, пожалуйста."),
    ("ru", "Разговор записывается.", "Я не согласен на запись."),
]
GOING_ON = {
    "en": (
        "Hello, Luna Solar, this call is recorded.",
        "Hi, I want to ask about a battery.",
        "Sure.",
        "What is its price?",
    ),
    "es": ("Luna Solar, la llamada se graba.", "Quería preguntar por una batería.", "Dígame.", "¿Cuánto cuesta?"),
    "ru": ("Луна Солар, разговор записывается.", "Хочу спросить про батарею.", "Слушаю.", "Сколько она стоит?"),
}


@pytest.mark.parametrize(("language", "notice", "answer"), AGREED)
@pytest.mark.parametrize("yes_needed", [True, False])
def test_a_yes_to_the_question_is_consent_under_either_measure(language, notice, answer, yes_needed):
    assert heard(conversation(notice, answer, language=language), yes_needed=yes_needed) == ("agreed", 1)


@pytest.mark.parametrize(("language", "notice", "answer"), REFUSED)
@pytest.mark.parametrize("yes_needed", [True, False])
def test_a_no_is_a_refusal_even_where_the_customer_goes_on(language, notice, answer, yes_needed):
    lines = (notice, answer, "Fine.", "So what does the large battery cost me then?", "Ten.", "Too much for me.")
    assert heard(conversation(*lines, language=language), yes_needed=yes_needed) == ("refused", 1)


@pytest.mark.parametrize("language", GOING_ON)
def test_going_on_after_the_notice_is_enough_only_where_no_yes_is_needed(language):
    call = conversation(*GOING_ON[language], language=language)
    assert heard(call, yes_needed=False) == ("went_on", 0)
    assert heard(call, yes_needed=True) is None


@pytest.mark.parametrize(
    "lines",
    [
        ("I should tell you that this call is recorded. Is this still a good time?", "Yes."),
        ("This call is recorded. How can I help you?", "Yes, my panel is broken."),
        ("This call is recorded.", "Yes?"),
        ("Is that okay with you?", "Sure, go ahead."),
        ("This call is recorded. Is that okay with you?", "What? Who is this?"),
        ("Is this Mr Vega? This call is recorded, is that okay?", "Yes, that's me."),
        ("This call is recorded. Is that okay with you?", "Hold on a second, my dog is barking, yes yes I come."),
    ],
)
def test_a_yes_to_something_else_is_no_consent(lines):
    assert heard(conversation(*lines), yes_needed=True) is None


@pytest.mark.parametrize(
    "lines",
    [
        ("This call is recorded.", "Hello?"),
        ("This call is recorded.", "Wrong number.", "Sorry.", "Bye."),
        ("Hello, this is Ann.", "I want to ask about a battery.", "Of course.", "What is the price of the large one?"),
        ("Hello.", "This call is recorded, I tell you.", "Oh.", "I record all of my calls, you know."),
    ],
)
def test_a_hang_up_or_a_call_without_notice_is_no_consent(lines):
    assert heard(conversation(*lines), yes_needed=False) is None


def test_saying_who_one_is_and_then_agreeing_is_quoted_by_the_agreement():
    asked = "¿Hablo con Andrés? Esta llamada queda grabada, ¿está de acuerdo?"
    call = conversation(asked, "Sí, soy yo. De acuerdo.", language="es")
    assert find_spoken_consent(call, yes_needed=True).quote == "De acuerdo."


def test_a_notice_in_the_middle_does_not_cover_what_was_said_before():
    talk = ["Hello, this is Ann.", "I want a battery for my house, a large one."] * 6
    late = [*talk, "By the way, this call is recorded.", "Fine, and how much is it?", "Ten.", "I will take it today."]
    assert heard(conversation(*late), yes_needed=False) is None


def test_the_words_of_an_unknown_speaker_prove_nothing():
    call = conversation("This call is recorded. Is that okay with you?", ("unknown", "Sure, go ahead."))
    assert heard(call, yes_needed=True) is None
