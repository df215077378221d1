"""Secrets are told from anything else, also when a character is wrong."""

import secrets

from hypothesis import given, settings
from hypothesis import strategies as st

from salesiq.people.key_format import ALPHABET, PATTERN, is_well_formed, make_secret


def test_a_new_secret_is_well_formed_and_found_in_a_text_by_its_pattern():
    secret = make_secret()
    assert is_well_formed(secret)
    assert PATTERN.search(f'curl -H "Authorization: Bearer {secret}"')[0] == secret
    assert make_secret() != secret


@settings(max_examples=50, deadline=None)
@given(st.integers(4, 49), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_noticed(place, letter):
    secret = make_secret()
    wrong = secret[:place] + letter + secret[place + 1 :]
    assert is_well_formed(wrong) == (wrong == secret)


@settings(max_examples=30, deadline=None)
@given(st.text())
def test_other_texts_are_no_secrets(text):
    assert not is_well_formed(text)
    assert not is_well_formed("siq_" + text)


def test_a_secret_that_was_cut_is_noticed():
    secret = make_secret()
    assert not any(is_well_formed(secret[:length]) for length in range(len(secret)))
    assert not is_well_formed(secret + secrets.choice(ALPHABET))
