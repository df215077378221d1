import pytest

from recordings.language.lexicon import FOLDER, LexiconError, compile_phrase, compile_phrases, lexicon
from recordings.language.text import fold, sentences
from recordings.language.types import COMPLIANCE_KINDS, INTENTS, LANGUAGES, OBJECTIONS, TOPICS


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("call (me|us)? back", "please call back", True),
        ("call (me|us)? back", "call them back", False),
        ("too ... expensive", "that is too, well, far too expensive", True),
        ("дорог*", "это дороговато", True),
        ("# percent", "about 20 percent", True),
        ("right$", "is that right?", True),
        ("right$", "right now", False),
        ("don't", "dont call", True),
    ],
)
def test_phrase_signs_mean_what_the_lists_promise(phrase, text, found):
    pattern = compile_phrases([phrase])
    assert bool(pattern.search(fold(text))) is found


def test_a_phrase_with_an_open_bracket_is_refused_with_its_text():
    with pytest.raises(LexiconError, match=r"call \(me"):
        compile_phrase("call (me")


def test_an_exception_silences_the_group_in_its_sentence_only():
    group = lexicon("en").group("compliance.guarantee_claim")
    assert not group.found("I can't guarantee anything.")
    assert group.found("I can't say when. I guarantee you a saving.")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_has_phrases_in_every_language(language):
    tables = lexicon(language)
    names = [f"intents.{kind}" for kind in INTENTS] + [f"objections.{kind}" for kind in OBJECTIONS]
    names += [f"topics.{kind}" for kind in TOPICS]
    names += [f"compliance.{kind}" for kind in COMPLIANCE_KINDS if kind != "card_number"]
    assert [name for name in names if tables.group(name).pattern is None] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_group_matches_empty_or_foreign_text(language):
    for name, group in lexicon(language).groups.items():
        assert not group.found("qqq zzz"), name
        assert not group.pattern.search(""), name


def test_languages_share_their_groups():
    groups = {language: set(lexicon(language).groups) for language in LANGUAGES}
    assert groups["es"] - groups["en"] == set()
    assert groups["ru"] == groups["es"]
    assert {path.name for path in FOLDER.iterdir()} == set(LANGUAGES)


def test_folding_keeps_positions():
    assert fold("Ёлка, ¿Qué?") == "елка, ¿que?"
    assert len(fold("İstanbul ŞÑ")) == len("İstanbul ŞÑ")


def test_sentences_keep_their_place_in_the_line():
    line = "Mr. Lee called. Is it done?"
    assert [line[piece.start : piece.end] for piece in sentences(line)] == ["Mr. Lee called.", "Is it done?"]
