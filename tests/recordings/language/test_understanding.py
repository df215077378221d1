import dataclasses
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings.language.accuracy_report import replace_section
from recordings.language.excerpts import read_excerpts
from recordings.language.heads import HeadsOutdatedError, load_heads
from recordings.language.reliability import is_reliable, measured_f1
from recordings.language.scoring import Counts, bootstrap_f1, compare, wilson
from recordings.language.types import INTENTS, OUTCOMES, Call, Line
from recordings.language.understanding import LanguageNotSupportedError, assign_roles, understand

SAID = (
    ("agent", "Hi, this is Dana from Brightdesk, this call is recorded, do you have a minute?"),
    ("customer", "Sure, go ahead."),
    ("agent", "How are you handling support today?"),
    ("customer", "Honestly that's way more than we can spend, forty-nine dollars a seat is too expensive."),
    ("agent", "I understand, but only the three people who answer need a seat, so you save over 70 percent."),
    ("customer", "Okay, that makes sense. Could you show us a demo on Thursday?"),
    ("agent", "Of course, I'll send you the invite today."),
)


def make_call(language="en"):
    lines = tuple(Line(i, role, i * 6.0, i * 6.0 + 5, text, role) for i, (role, text) in enumerate(SAID))
    return Call(lines, language, date(2026, 3, 3), ("Brightdesk",), agent_name="Dana")


@pytest.fixture(scope="module")
def understanding():
    return understand(make_call(), duration=45.0)


def test_a_call_is_understood_from_end_to_end(understanding):
    assert (3, "price") in {(item.line, item.kind) for item in understanding.objections}
    assert (5, "demo") in {(item.line, item.kind) for item in understanding.intents}
    assert [(item.line, item.due) for item in understanding.promises] == [(6, date(2026, 3, 3))]
    assert understanding.outcome.value == "qualified"
    assert understanding.language_check.language == "en"


def test_every_finding_points_at_a_line_of_the_call(understanding):
    lines = range(len(SAID))
    for name in ("intents", "objections", "questions", "entities", "promises", "summary", "sentiments"):
        assert all(item.line in lines for item in getattr(understanding, name)), name


def test_the_summary_quotes_its_lines(understanding):
    assert 3 <= len(understanding.summary) <= 6
    assert all(item.text in SAID[item.line][1] for item in understanding.summary)


def test_the_course_covers_both_roles_and_stays_in_bounds(understanding):
    assert {point.role for point in understanding.course} == {"agent", "customer"}
    assert all(-1 <= point.score <= 1 for point in understanding.course)


def test_understanding_twice_gives_the_same(understanding):
    assert understand(make_call(), duration=45.0) == understanding


def test_an_unknown_language_is_refused_with_a_code():
    with pytest.raises(LanguageNotSupportedError) as caught:
        understand(make_call("fr"))
    assert caught.value.code == "language_not_supported"


def test_lines_out_of_order_are_refused():
    call = make_call()
    with pytest.raises(ValueError, match="numbered"):
        understand(dataclasses.replace(call, lines=call.lines[::-1]))


def test_an_empty_call_is_understood_as_empty():
    found = understand(Call((), "ru", None))
    assert (found.intents, found.summary, found.outcome.value) == ((), (), None)


def test_a_voicemail_is_no_answer():
    lines = (Line(0, "unknown", 0, 5, "Please leave a message after the tone."),)
    assert understand(Call(lines, "en", None)).outcome.value == "no_answer"


def test_roles_are_given_by_speech():
    lines = tuple(dataclasses.replace(line, role="unknown") for line in make_call().lines)
    call, roles = assign_roles(dataclasses.replace(make_call(), lines=lines))
    assert roles.roles == {"agent": "agent", "customer": "customer"}
    assert call.lines[0].role == "agent"


def test_weights_of_other_features_are_refused(tmp_path):
    path = tmp_path / "heads.npz"
    np.savez(path, features=np.array(["other"]), heads=np.array([]))
    with pytest.raises(HeadsOutdatedError):
        load_heads(path)


def test_heads_know_all_intents():
    assert load_heads()["intents"].classes == INTENTS


def test_the_development_half_is_readable():
    excerpts = read_excerpts("development")
    assert len(excerpts) >= 45
    assert {excerpt.outcome for excerpt in excerpts} <= {*OUTCOMES, None}


def test_another_part_of_the_gold_set_is_refused():
    with pytest.raises(ValueError, match="Choose one of: development, held_out"):
        read_excerpts("training")


def test_what_was_never_measured_is_not_reliable():
    assert measured_f1("intents", "nonsense", "xx") is None
    assert not is_reliable("intents", "nonsense", "xx")


def test_counts_compare_sets():
    assert compare({1, 2, 3}, {2, 3, 4}) == Counts(2, 1, 1)
    assert Counts().f1 == 0.0


@given(st.integers(0, 50), st.integers(0, 50))
def test_wilson_holds_the_share(right, wrong):
    low, high = wilson(right, right + wrong)
    assert 0 <= low <= high <= 1
    if right + wrong:
        assert low - 1e-9 <= right / (right + wrong) <= high + 1e-9


def test_bootstrap_is_reproducible_and_ordered():
    counts = [Counts(3, 1, 0), Counts(0, 2, 2), Counts(5, 0, 1)]
    assert bootstrap_f1(counts) == bootstrap_f1(counts)
    low, high = bootstrap_f1(counts)
    assert low <= high


def test_only_the_language_section_of_the_document_is_replaced():
    text = "# Accuracy\n\n## Speech\n\na\n\n## Language\n\nold\n\n## Other\n\nb\n"
    replaced = replace_section(text, "## Language\n\nnew\n")
    assert "old" not in replaced
    assert "## Speech" in replaced
    assert "## Other\n\nb" in replaced
    assert replace_section("", "## Language\n\nnew\n").startswith("# Accuracy")
