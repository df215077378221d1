"""What `decide` promises, whatever is on record."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from recordings.models import Basis, ConsentState, PartyRule
from recordings.privacy.consent import DENIALS, Policy, Verdict, Word, decide

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
# What the law opens, from closed to open.
OPENNESS = {Verdict.DENIED: 0, Verdict.PENDING: 1, Verdict.ALLOWED: 2}

times = st.integers(-400, 400).map(lambda hours: NOW + timedelta(hours=hours))
bases = st.sampled_from(["", *Basis.values])
policies = st.builds(Policy, bases, st.booleans())
rules = st.sampled_from(PartyRule.values)


@st.composite
def words(draw):
    state = draw(st.sampled_from(ConsentState.values))
    basis = draw(st.sampled_from(Basis.values)) if state == ConsentState.GIVEN else draw(bases)
    of = draw(st.sampled_from(["call", "customer"]))
    return Word(state, of, draw(times), basis, draw(st.none() | times), draw(st.uuids()).hex)


histories = st.lists(words(), max_size=6)


def openness(*facts):
    return OPENNESS[decide(*facts, NOW).verdict]


@given(policies, rules, histories)
def test_every_decision_says_why_and_only_denials_of_unknown_basis_have_none(policy, rule, history):
    decision = decide(policy, rule, history, NOW)
    assert decision.reason
    assert bool(decision.code) == (not decision.allowed)
    assert decision.basis or decision.denied


@given(policies, rules, histories)
def test_the_latest_word_of_a_customer_or_call_that_takes_consent_back_always_denies(policy, rule, history):
    for of in ("call", "customer"):
        own = [word for word in history if word.of == of and (word.at <= NOW or word.state in DENIALS)]
        latest = max(own, key=lambda word: (word.at, word.state in DENIALS), default=None)
        if latest is not None and latest.state in DENIALS:
            assert decide(policy, rule, history, NOW).denied


@given(policies, rules, histories, st.sampled_from(DENIALS), st.sampled_from(["call", "customer"]))
def test_a_withdrawal_now_denies_whatever_was_before(policy, rule, history, state, of):
    before = [word for word in history if word.at < NOW]
    assert decide(policy, rule, [*before, Word(state, of, NOW)], NOW).denied


@given(rules, st.booleans(), histories)
def test_without_any_basis_nothing_is_processed(rule, look, history):
    nameless = [replace(word, basis="") for word in history if word.state != ConsentState.GIVEN]
    assert decide(Policy("", look), rule, nameless, NOW).denied


@given(policies, histories)
def test_where_everybody_must_agree_only_evidence_of_the_customer_opens(policy, history):
    evidence = [w for w in history if w.state == ConsentState.GIVEN and w.at <= NOW and not w.has_expired(NOW)]
    if not evidence:
        assert not decide(policy, PartyRule.ALL_PARTY, history, NOW).allowed


@given(rules, st.booleans(), histories)
def test_declared_consent_alone_never_opens(rule, look, history):
    without = [word for word in history if word.state != ConsentState.GIVEN]
    assert not decide(Policy(Basis.CONSENT, look), rule, without, NOW).allowed


@given(policies, rules, histories, st.sampled_from(Basis.values))
def test_consent_of_the_call_itself_never_closes(policy, rule, history, basis):
    more = [*history, Word(ConsentState.GIVEN, "call", NOW, basis, None, "z" * 32)]
    assert openness(policy, rule, more) >= openness(policy, rule, history)


@given(policies, rules, histories)
def test_declaring_looking_and_a_milder_rule_never_close(policy, rule, history):
    at_first = openness(policy, rule, history)
    assert openness(policy, PartyRule.ONE_PARTY, history) >= at_first
    assert openness(replace(policy, look_for_spoken_consent=True), rule, history) >= at_first
    if not policy.declared_basis:
        for basis in Basis.values:
            assert openness(replace(policy, declared_basis=basis), rule, history) >= at_first


@given(policies, rules, histories, st.randoms())
def test_the_order_in_which_words_are_read_does_not_matter(policy, rule, history, chance):
    mixed = list(history)
    chance.shuffle(mixed)
    assert decide(policy, rule, mixed, NOW) == decide(policy, rule, history, NOW)


def test_a_call_may_say_otherwise_than_its_customer():
    agreed = Word(ConsentState.GIVEN, "customer", NOW - timedelta(days=9), Basis.CONTRACT)
    refused = Word(ConsentState.REFUSED, "call", NOW - timedelta(days=1))
    own = Word(ConsentState.GIVEN, "call", NOW - timedelta(days=1), Basis.CONSENT)
    assert decide(Policy(), PartyRule.ALL_PARTY, [agreed, refused], NOW).code == "consent_refused"
    assert decide(Policy(), PartyRule.ALL_PARTY, [agreed, own], NOW).basis == Basis.CONSENT


def test_consent_that_has_run_out_has_to_be_found_anew():
    word = Word(ConsentState.GIVEN, "customer", NOW - timedelta(days=9), Basis.CONSENT, NOW - timedelta(days=1))
    assert decide(Policy(), PartyRule.ONE_PARTY, [word], NOW).reason == "The consent has expired."
    looking = Policy(look_for_spoken_consent=True)
    assert decide(looking, PartyRule.ONE_PARTY, [word], NOW).verdict == Verdict.PENDING
