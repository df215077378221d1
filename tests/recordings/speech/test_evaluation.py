import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings.speech.evaluation import normalise, number_words, read_manifest, speaker_confusion, word_errors
from recordings.speech.types import Span, Turn


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("Press 2, then #.", "press two then pound"),
        ("It's 1,250 e-mails (approx.) — OK?", "it's one thousand two hundred fifty emails okay"),
        ("Mr. O’Neil's 21st", "mister o'neil's twenty one st"),
    ],
)
def test_spelling_does_not_count(written, spoken):
    assert normalise(written) == spoken


@given(st.integers(0, 999_999))
def test_numbers_become_words_and_stay_so(number):
    words = number_words(number)
    assert normalise(str(number)) == words == normalise(words)


def test_errors_are_counted_over_the_words_said():
    found = word_errors(["press two now", "hello there", "(silence)"], ["press to now please", "hello there", ""])
    assert (found.rate, found.words, found.recordings) == (2 / 5, 5, 2)
    assert (found.substitutions, found.deletions, found.insertions) == (1, 0, 1)
    assert found.low <= found.rate <= found.high


def test_confusion_ignores_names_and_counts_shared_time():
    truth = [(0, Span(0, 2)), (1, Span(2, 4))]
    assert speaker_confusion(truth, [Turn(1, 0, 2, 1.0), Turn(0, 2, 4, 1.0)]) == 0.0
    assert speaker_confusion(truth, [Turn(0, 0, 3, 1.0), Turn(1, 3, 4, 1.0)]) == pytest.approx(0.25, abs=0.01)
    assert speaker_confusion(truth, []) == 0.0


def test_manifests_of_both_shapes_are_read(tmp_path):
    for name in ("a.wav", "b.wav"):
        (tmp_path / name).touch()
    manifest = tmp_path / "refs.json"
    manifest.write_text(json.dumps([{"file": "a.wav", "text": "one", "sr": 8000}]))
    assert [(r.path.name, r.text, r.channel) for r in read_manifest(manifest)] == [("a.wav", "one", None)]
    manifest.write_text(json.dumps({"_source": "x", "a.wav": "one", "b.wav": {"left": "l", "right": "r"}}))
    found = [(r.path.name, r.text, r.channel) for r in read_manifest(manifest)]
    assert found == [("a.wav", "one", None), ("b.wav", "l", 0), ("b.wav", "r", 1)]


def test_a_manifest_of_missing_recordings_names_them(tmp_path):
    manifest = tmp_path / "refs.json"
    manifest.write_text('{"gone.wav": "text"}')
    with pytest.raises(ValueError, match=r"gone\.wav"):
        read_manifest(manifest)
