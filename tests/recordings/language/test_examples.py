from recordings.language.examples import INFORMED, composed, written_examples
from recordings.language.features import line_features
from recordings.language.intents import find_intents
from recordings.language.types import INTENTS, LANGUAGES, OBJECTIONS, Call, Line


def test_every_kind_is_written_often_enough_in_every_language():
    written = written_examples()
    for language in LANGUAGES:
        own = [example for example in written if example.language == language]
        for kind in INTENTS:
            assert sum(kind in (example.intents or ()) for example in own) >= 20, (language, kind)
        for kind in OBJECTIONS:
            assert sum(kind in (example.objections or ()) for example in own) >= 30, (language, kind)
        assert sum(example.intents == example.objections == frozenset() for example in own) >= 150, language


def test_no_utterance_stands_in_the_training_lines_twice():
    for language in LANGUAGES:
        texts = [example.text.lower() for example in written_examples() if example.language == language]
        assert len(texts) == len(set(texts))


def test_pairs_are_always_the_same_and_carry_the_labels_of_both_utterances():
    written = written_examples()
    pairs = composed(written)
    assert pairs == composed(written)
    by_text = {example.text: example for example in written if example.group != INFORMED}
    for pair in pairs[:50]:
        halves = [
            (by_text[pair.text[:at]], by_text[pair.text[at + 1 :]])
            for at, character in enumerate(pair.text)
            if character == " " and pair.text[:at] in by_text and pair.text[at + 1 :] in by_text
        ]
        assert any(one.intents | two.intents == pair.intents for one, two in halves), pair.text


def test_an_answering_machine_wants_nothing():
    text = "The person you are calling is not available, please leave a message after the tone."
    call = Call((Line(0, "b", 0.0, 5.0, text, "unknown"),), "en")
    assert find_intents(call, line_features(call.lines, "en")) == []
