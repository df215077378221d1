"""A person is found in every spelling of their name, address and number, and nobody else is."""

import json
from functools import reduce
from operator import or_

import pytest
from django.db.models import Q
from hypothesis import given
from hypothesis import strategies as st

from recordings.privacy import mentions  # registers the lookup
from recordings.privacy.identity import Identity
from salesiq.people.contact import Phone
from salesiq.people.models import Customer
from tests.factories import make_customer

assert mentions

ZORA = Identity.gather(
    names=["Zora Quillfeather", "Ana"], emails=["zora.quill@example.com"], phones=["+34 612 345 678", "2125550147"]
)
NAMED = [
    "I spoke to Zora Quillfeather yesterday.",
    "ZORA  QUILLFEATHER!",
    "Quillfeather, Zora",
    "zora_quillfeather.mp3",
    "Write to Zora.Quill@Example.com, please",
    "zora dot quill at example dot com",
    "?email=zora.quill%40example.com",
    "call +34612345678 back",
    "0034 612-34-56-78",
    "612 345 678",
    "(212) 555-0147",
    "1-212-555-0147",
]
OTHERS = [
    "Zora said so",
    "Zorah Quillfeather",
    "Zora Quillfeathers",
    "xzora.quill@example.com",
    "zora.quill@example.community",
    "1612345678901",
    "312 555 0147",
    "+1 612 345 678",
    "Ana",
    "",
]


@pytest.mark.parametrize("text", NAMED)
def test_a_person_is_seen_and_hidden_in_every_spelling(text):
    assert ZORA.is_in(text)
    masked = ZORA.mask(text)
    assert len(masked) == len(text)
    assert not ZORA.is_in(masked)


@pytest.mark.parametrize("text", OTHERS)
def test_others_stay_as_they_are(text):
    assert ZORA.mask(text) == text


@pytest.mark.parametrize("text", ["Анну Каренину", "АННЕ КАРЕНИНОЙ", "Каренина Анна", "с Анной Карениной вчера"])
def test_russian_names_are_seen_in_every_case(text):
    assert Identity.gather(names=["Анна Каренина"]).is_in(text)
    assert not Identity.gather(names=["Анна Каренина"]).is_in("Анна Каренинградская улица")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("+34 612 345 678", "0034612345678", True),
        ("+34 612 345 678", "612345678", True),
        ("8 912 345-67-89", "+7 912 345 67 89", True),
        ("(212) 555-0147", "+1 212 555 0147", True),
        ("+34 612 345 678", "+44 612 345 678", False),
        ("212 555 0147", "312 555 0147", False),
    ],
)
def test_phones_are_one_number_in_many_spellings(one, other, same):
    assert Phone.of(one).is_same_as(Phone.of(other)) is same
    assert Phone.of(other).is_same_as(Phone.of(one)) is same


def test_too_few_digits_are_no_phone():
    assert Phone.of("12-34") is None


def test_timed_words_are_hidden_as_the_sentence_they_are():
    words = [[0.0, 0.4, "Zora", 0.9], [0.4, 1.0, "Quillfeather,", 0.9], [1.0, 1.5, "hello", 0.9]]
    assert [word[2] for word in ZORA.mask_value(words)] == ["••••", "••••••••••••,", "hello"]
    assert ZORA.spoken_at(words) == [(0.0, 0.4), (0.4, 1.0)]


@given(st.text(max_size=40), st.sampled_from(NAMED), st.text(max_size=40))
def test_hiding_is_whole_and_happens_once(before, named, after):
    text = f"{before} {named} {after}"
    masked = ZORA.mask(text)
    assert len(masked) == len(text)
    assert ZORA.mask(masked) == masked


@pytest.mark.django_db
@pytest.mark.parametrize("text", [*NAMED, "Анну Каренину"])
def test_the_database_finds_at_least_what_python_finds(text):
    both = Identity.gather(names=["Zora Quillfeather", "Анна Каренина"], emails=ZORA.emails, phones=ZORA.phones)
    assert both.is_in(text)
    named = make_customer(company=text)
    needles = [Q(**{f"company__{lookup}": pattern}) for lookup, pattern in both.needles()]
    assert Customer.objects.filter(reduce(or_, needles)).get() == named
    named.company = json.dumps(text)
    named.save()
    escaped = [Q(**{f"company__{lookup}": pattern}) for lookup, pattern in both.needles(escaped=True)]
    assert Customer.objects.filter(reduce(or_, escaped)).get() == named
