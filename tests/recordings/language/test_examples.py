from datetime import date

from recordings.language.examples import INFORMED, composed, written_examples
from recordings.language.features import line_features
from recordings.language.intents import find_intents
from recordings.language.types import INTENTS, LANGUAGES, OBJECTIONS, Call, Line
from recordings.language.understanding import understand


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
    call = Call((Line(0, "unknown", 0.0, 5.0, text, "machine"),), "en")
    assert find_intents(call, line_features(call.lines, "en")) == []


def test_a_customer_who_is_promised_the_call_they_asked_for_is_called_back_however_interested():
    said = (
        ("agent", "Good morning, this is Ann from Acme, did you read our offer on the batteries?"),
        ("customer", "I did and I like it, but I'm walking into a meeting, can you call me back on Thursday?"),
        ("agent", "Of course, I'll call you on Thursday at four."),
        ("customer", "Thanks, until then."),
    )
    lines = tuple(Line(i, role, i * 6.0, i * 6.0 + 5, text, role) for i, (role, text) in enumerate(said))
    assert understand(Call(lines, "en", date(2026, 3, 3))).outcome.value == "callback"
