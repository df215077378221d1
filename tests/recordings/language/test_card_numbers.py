import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings.language.card_numbers import find_card_secrets, luhn_holds
from recordings.language.types import Line


def lines(*texts):
    return [Line(place, "customer", place * 2.0, place * 2.0 + 1, text) for place, text in enumerate(texts)]


def masked(found, said):
    return {span.line: said[span.line].text[span.start : span.end] for secret in found for span in secret.spans}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "it's 4111 1111 1111 1111"),
        ("en", "my card is four one one one one one one one one one one one one one one one"),
        ("en", "four triple one, double one double one, one one one one, one one one one"),
        ("en", "the visa is forty-one eleven eleven eleven eleven eleven eleven eleven"),
        ("es", "la tarjeta es cuatro uno uno uno uno uno uno uno uno uno uno uno uno uno uno uno"),
        ("es", "cuatro mil ciento once mil ciento once mil ciento once mil ciento once"),
        ("ru", "карта сорок один одиннадцать одиннадцать одиннадцать одиннадцать одиннадцать одиннадцать одиннадцать"),
        ("ru", "четыре тысячи сто одиннадцать тысяча сто одиннадцать тысяча сто одиннадцать тысяча сто одиннадцать"),
    ],
)
def test_a_card_number_is_found_however_it_is_spoken(language, text):
    (secret,) = find_card_secrets(lines(text), language)
    assert secret.kind == "number"
    assert secret.verified
    assert secret.last_four == "1111"


def test_a_number_spread_over_turns_is_masked_in_each():
    said = lines("My card number is 4111 1111", "uh huh, go on", "1111 1111")
    found = find_card_secrets(said, "en")
    assert masked(found, said) == {0: "4111 1111", 2: "1111 1111"}


def test_security_code_and_expiry_beside_it_are_found():
    said = lines("card 4111 1111 1111 1111", "and the security code?", "it's 123", "it expires 04 28")
    kinds = [secret.kind for secret in find_card_secrets(said, "en")]
    assert kinds == ["number", "cvv", "expiry"]


@pytest.mark.parametrize(
    "text",
    ["call me on +1 202 555 0143", "order 4111 1111 1111 1112", "we have 1500 units and 2000 users", "in 2026"],
)
def test_other_numbers_are_left_alone(text):
    assert find_card_secrets(lines(text), "en") == []


def test_a_misheard_number_counts_when_people_speak_of_a_card():
    (secret,) = find_card_secrets(lines("my card number is 4111 1111 1111 1112"), "en")
    assert not secret.verified


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "the card number is four two four two, four two four two, four two"),
        ("es", "el número de tarjeta es 4242 4242 42"),
        ("ru", "номер карты 4242 4242 4242"),
    ],
)
def test_what_was_heard_of_an_announced_number_is_masked_too(language, text):
    said = lines(text)
    (secret,) = find_card_secrets(said, language)
    assert not secret.verified
    assert "42" not in said[0].text[: secret.spans[0].start] + said[0].text[secret.spans[0].end :]


def test_a_phone_number_in_another_part_of_the_call_is_no_part_of_a_card():
    filler = [f"sentence {word} goes by" for word in ("a", "b", "c", "d", "e", "f", "g")]
    assert find_card_secrets(lines("do you need my card number", *filler, "call 202 555 0143"), "en") == []


@given(st.text(alphabet="0123456789", min_size=1, max_size=18))
def test_exactly_one_check_digit_holds(digits):
    assert sum(luhn_holds(digits + str(check)) for check in range(10)) == 1


@given(st.lists(st.text(max_size=60), max_size=5), st.sampled_from(["en", "es", "ru"]))
def test_spans_always_lie_inside_their_line(texts, language):
    said = lines(*texts)
    for secret in find_card_secrets(said, language):
        for span in secret.spans:
            assert 0 <= span.start < span.end <= len(said[span.line].text)
