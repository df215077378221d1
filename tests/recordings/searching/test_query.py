"""Anything that is typed can be read; what is read otherwise than written is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings.language.search_words import possible_stems, spoken_words, stem, word_key
from recordings.searching.query import MOST_TERMS, parse_query


def read(text: str) -> str:
    """A query in a form for eyes."""
    clauses = []
    for clause in parse_query(text).clauses:
        terms = [f"{term.kind}({' '.join(term.keys)})" for term in clause.terms]
        clauses.append(("not " if clause.negated else "") + " or ".join(terms))
    return ", ".join(clauses)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("price offer", "word(price), word(offer)"),
        ('"Good price" now', "phrase(good price), word(now)"),
        ("price -discount", "word(price), not word(discount)"),
        ("price OR cost OR fee now", "word(price) or word(cost) or word(fee), word(now)"),
        ("pric*", "prefix(pric)"),
        ("e-mail", "phrase(e mail)"),
        ("it's Café", "word(its), word(cafe)"),
        ("Цена", "word(цена)"),
        ("!!! …", ""),
    ],
)
def test_syntax(text, expected):
    assert read(text) == expected
    assert parse_query(text).notes == ()


@pytest.mark.parametrize(
    ("text", "expected", "note"),
    [
        ('"good price', "word(good), word(price)", "open_quote"),
        ("OR price", "word(price)", "or_alone"),
        ("price OR", "word(price)", "or_alone"),
        ("price OR -cost", "word(price), not word(cost)", "or_with_not"),
        ("-price", "word(price)", "only_not"),
        ("p* now", "word(p), word(now)", "short_prefix"),
        (" ".join(f"word{n}" for n in range(99)), ", ".join(f"word(word{n})" for n in range(MOST_TERMS)), "too_many"),
    ],
)
def test_what_is_no_syntax_is_read_as_words_and_told(text, expected, note):
    assert read(text) == expected
    assert note in parse_query(text).notes


@given(st.text(max_size=60))
def test_every_text_can_be_read(text):
    for clause in parse_query(text).clauses:
        assert clause.terms and all(term.words and all(term.keys) for term in clause.terms)


@given(st.text(max_size=60))
def test_words_lie_where_they_are_said_to_lie(text):
    for word in spoken_words(text):
        assert text[word.start : word.end] == word.text and word_key(word.text)


@pytest.mark.parametrize(
    ("language", "asked", "said"),
    [
        ("en", "price", "prices"),
        ("en", "customers", "customer's"),
        ("es", "instalación", "instalaciones"),
        ("es", "instalacion", "instalaciones"),
        ("ru", "цена", "цены"),
        ("ru", "ещё", "еще"),
        ("de", "Preis", "preis"),
    ],
)
def test_forms_of_a_word_are_found_by_each_other(language, asked, said):
    assert stem(said, language) in possible_stems(asked)
