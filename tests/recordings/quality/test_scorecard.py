from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from recordings.language.types import OutcomeProposal
from recordings.quality.scorecard import Criterion, default_criteria, score_call
from tests.recordings.quality.rows import compliance, conversation, lines, objection, promise

share = st.floats(0, 1)
seconds = st.floats(0, 3600)


@st.composite
def facts(draw):
    return conversation(
        lines=lines(("agent", "Hello, this is Anna from Acme"), ("customer", "Too expensive"), ("agent", "I see")),
        duration=draw(seconds),
        agent_talk_share=draw(st.none() | share),
        longest_monologue=draw(st.none() | seconds),
        patience=draw(st.none() | st.floats(0, 10)),
        agent_interruptions=draw(st.none() | st.integers(0, 50)),
        agent_words_per_minute=draw(st.none() | st.floats(0, 600)),
        objections=tuple(objection(handled) for handled in draw(st.lists(st.booleans(), max_size=4))),
        promises=(promise(),) if draw(st.booleans()) else (),
        compliance=tuple(
            compliance(kind, "violation" if kind in ("guarantee_claim", "pressure") else "present")
            for kind in draw(
                st.sets(
                    st.sampled_from(
                        ["identification", "recording_disclosure", "do_not_call", "guarantee_claim", "pressure"]
                    )
                )
            )
        ),
        transcription_confidence=draw(share),
        role_confidence=draw(share),
    )


@st.composite
def scorecards(draw):
    chosen = draw(st.lists(st.sampled_from(default_criteria()), min_size=1, unique_by=lambda each: each.key))
    return [replace(each, weight=draw(st.integers(1, 50))) for each in chosen]


@given(scorecards(), facts())
@settings(max_examples=150, deadline=None)
def test_the_total_is_exactly_the_points_over_the_possible_points(criteria, known):
    result = score_call(criteria, known)
    counted = [item for item in result.items if item.applicable]
    possible = sum(item.max_points for item in counted)
    if not possible:
        assert result.total is None
        return
    expected = 100 * sum(item.points for item in counted) / Decimal(possible)
    assert result.total == expected.quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert 0 <= result.total <= 100
    assert all(0 <= item.points <= item.max_points and 0 <= item.confidence <= 1 for item in result.items)
    assert all(item.points == 0 for item in result.items if not item.applicable)
    assert all(item.reason for item in result.items)


@given(scorecards())
def test_the_maxima_sum_to_exactly_one_hundred(criteria):
    assert sum(item.max_points for item in score_call(criteria, conversation()).items) == 100


@given(scorecards(), facts(), st.sampled_from([2, 10, 0.5]))
@settings(deadline=None)
def test_only_proportions_of_weights_matter(criteria, known, factor):
    scaled = [replace(each, weight=each.weight * factor) for each in criteria]
    assert score_call(scaled, known) == score_call(criteria, known)


def test_a_criterion_that_does_not_apply_leaves_its_weight_to_the_rest():
    criteria = [
        Criterion("objections", "Objections", 90, "objections_handled"),
        Criterion("talk", "Talk", 10, "talk_ratio"),
    ]
    result = score_call(criteria, conversation(agent_talk_share=0.5))
    assert [item.applicable for item in result.items] == [False, True]
    assert result.total == 100


def test_a_call_without_two_speakers_gets_no_score_but_a_reason():
    result = score_call(default_criteria(), conversation(customer_words=3))
    assert result.total is None
    assert "3" in result.reason
    assert not any(item.applicable for item in result.items)


def test_a_call_that_nobody_answered_gets_no_score():
    known = conversation(outcome=OutcomeProposal("no_answer", 0.9, ""))
    assert score_call(default_criteria(), known).total is None


def test_unknown_roles_are_told_apart_from_silence():
    known = conversation(agent_words=0, customer_words=0, lines=lines(("unknown", "Hello, who is this")))
    assert "which speaker is the agent" in score_call(default_criteria(), known).reason


def test_a_broken_critical_criterion_brings_the_total_to_zero():
    criteria = [
        Criterion("forbidden", "Nothing forbidden", 1, "forbidden_phrases", critical=True),
        Criterion("talk", "Talk", 99, "talk_ratio"),
    ]
    clean = conversation(agent_talk_share=0.5)
    broken = replace(clean, compliance=(compliance("guarantee_claim", "violation"),))
    assert score_call(criteria, clean).total == 100
    result = score_call(criteria, broken)
    assert (result.total, result.failed_criterion) == (0, "forbidden")
    assert "Nothing forbidden" in result.reason


def test_a_doubtful_breach_does_not_bring_a_call_to_zero():
    criteria = [Criterion("forbidden", "Nothing forbidden", 1, "forbidden_phrases", critical=True)]
    known = conversation(compliance=(compliance("pressure", "violation", confidence=0.3),))
    result = score_call(criteria, known)
    assert result.total == 50
    assert "listen to it and decide" in result.reason


def test_what_rests_on_doubtful_words_or_weak_rules_is_less_certain():
    criteria = [Criterion("objections", "Objections", 1, "objections_handled")]
    sure = conversation(objections=(objection(True),))
    certain, doubtful, weak, noisy = (
        score_call(criteria, known).items[0].confidence
        for known in (
            sure,
            replace(sure, transcription_confidence=0.5),
            replace(sure, weak_areas=frozenset({"objections"})),
            replace(sure, audio_rating="poor"),
        )
    )
    assert certain > noisy > weak > doubtful
