"""Transcripts as people paste and upload them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testcases.runs.transcripts import TranscriptError, read_transcript


def roles_and_texts(text, name=""):
    return [(line.role, line.text) for line in read_transcript(text, name)]


SAID = [("agent", "Good morning."), ("customer", "Hello: yes?")]


@pytest.mark.parametrize(
    "text",
    [
        "Agent: Good morning.\nCustomer: Hello: yes?",
        "**Agent:** Good\nmorning.\n\n- Client 1: Hello: yes?",
        "[00:01] Agente: Good morning.\n[00:04] Cliente: Hello: yes?",
        "00:00:01 - Менеджер: Good morning.\n00:00:04 - Клиент: Hello: yes?",
        "1\n00:00:01,000 --> 00:00:03,000\nAgent: Good morning.\n\n2\n"
        "00:00:04,000 --> 00:00:05,500\nCustomer: Hello: yes?",
        "WEBVTT\n\n00:01.000 --> 00:03.000\n<v Agent>Good morning.\n\n00:04.000 --> 00:05.500\n<v Customer>Hello: yes?",
        '[{"role": "agent", "text": "Good morning."}, {"role": "customer", "text": "Hello: yes?"}]',
        '{"utterances": [{"speaker": "Rep", "text": "Good morning."}, {"role": "customer", "text": "Hello: yes?"}]}',
    ],
)  # fmt: skip
def test_speakers_are_told_in_each_form(text):
    assert roles_and_texts(text) == SAID


def test_times_are_read_and_last_until_the_next_line():
    lines = read_transcript("[00:01] Agent: Good morning.\n[01:04] Customer: Hello.")
    assert [(line.start, line.end) for line in lines] == [(1.0, 64.0), (64.0, 65.0)]
    lines = read_transcript("1\n00:00:01,500 --> 00:00:03,000\nAgent: Hi.")
    assert (lines[0].start, lines[0].end) == (1.5, 3.0)


def test_of_two_speakers_the_unknown_one_is_the_other_side():
    assert roles_and_texts("Agent: Hi.\nMarta: Hello.") == [("agent", "Hi."), ("customer", "Hello.")]
    assert roles_and_texts("Ann: Hi.\nBob: Hello.") == [("unknown", "Hi."), ("unknown", "Hello.")]


def test_other_encodings_are_read_and_pictures_are_not():
    russian = "Менеджер: Добрый день, меня зовут Анна.\nКлиент: Здравствуйте, слушаю вас внимательно."
    assert roles_and_texts(russian.encode("cp1251"))[0] == ("agent", "Добрый день, меня зовут Анна.")
    for nothing in ("", "Agent:", b"", "[]"):
        with pytest.raises(TranscriptError):
            read_transcript(nothing)


@given(st.text(max_size=200) | st.binary(max_size=200))
def test_anything_is_read_or_refused_with_a_sentence(text):
    try:
        assert read_transcript(text)
    except TranscriptError as error:
        assert str(error)
