"""What each thing heard or measured in calls is: of what kind, whose doing, and whether it may be compared. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

PRESENCE, AMOUNT = "presence", "amount"
AGENT, CUSTOMER, CALL = "agent", "customer", "call"
LENGTH = "call.duration"


@dataclass(frozen=True, slots=True)
class Feature:
    """`scale`: presence | amount, the latter in `unit` (share | seconds | wpm | per_10_minutes | per_minute | score |
    points). `whose`: agent | customer | call (nobody's alone). `consequence`: it comes of how the call goes."""

    code: str
    scale: str
    whose: str
    unit: str = ""
    consequence: bool = False


# Words that say the result itself: whoever hears them knows the outcome.
OUTCOME_WORDS = frozenset({
    "intent.purchase", "intent.not_interested", "intent.callback", "intent.cancellation", "compliance.do_not_call",
    "compliance.card_number", "call.conversion_probability",
})  # fmt: skip
# What the proposal of an outcome is made of (recordings.language.outcome), and what is made of that.
_PROPOSAL_RESTS_ON = ("intent.", "objection.", "answered.", "promise.", "compliance.")
_ALSO_CIRCULAR = frozenset({"score.quality", "criterion.next_step", "criterion.closing", "criterion.objections"})
# Questions of the standard scorecard whose measure stands by itself among the figures of talk and script.
MEASURED_ELSEWHERE = frozenset({
    "criterion.talk_ratio", "criterion.questions", "criterion.monologue", "criterion.patience",
    "criterion.interruptions", "criterion.pace", "criterion.objections", "criterion.script",
    "criterion.customer_sentiment", "criterion.recording_disclosure",
})  # fmt: skip

_ONE_BY_ONE = {
    each.code: each
    for each in (
        Feature("talk.agent_share", AMOUNT, AGENT, "share"),
        Feature("talk.agent_monologue", AMOUNT, AGENT, "seconds"),
        Feature("talk.agent_pace", AMOUNT, AGENT, "wpm"),
        Feature("talk.patience", AMOUNT, AGENT, "seconds"),
        Feature("talk.agent_interruptions", AMOUNT, AGENT, "per_10_minutes"),
        Feature("talk.agent_questions", AMOUNT, AGENT, "per_10_minutes"),
        Feature("talk.customer_questions", AMOUNT, CUSTOMER, "per_10_minutes"),
        Feature("talk.silence", AMOUNT, CALL, "share"),
        Feature("talk.turns", AMOUNT, CALL, "per_minute"),
        Feature("mood.agent", AMOUNT, AGENT, "score"),
        Feature("mood.customer", AMOUNT, CUSTOMER, "score", consequence=True),
        Feature("script.adherence", AMOUNT, AGENT, "share"),
        Feature("script.order", AMOUNT, AGENT, "share"),
        Feature("script.improvised", AMOUNT, AGENT, "share"),
        Feature("score.quality", AMOUNT, AGENT, "points", consequence=True),
        Feature(LENGTH, AMOUNT, CALL, "seconds", consequence=True),
        Feature("criterion.closing", AMOUNT, AGENT, "share", consequence=True),
        Feature("criterion.next_step", AMOUNT, AGENT, "share", consequence=True),
        Feature("compliance.terms_disclosure", PRESENCE, AGENT, consequence=True),
    )
}
_BY_KIND = {
    "intent": (PRESENCE, CUSTOMER, "", False),
    "objection": (PRESENCE, CUSTOMER, "", False),
    "answered": (PRESENCE, AGENT, "", False),
    "topic": (PRESENCE, CALL, "", False),
    "compliance": (PRESENCE, AGENT, "", False),
    "promise": (PRESENCE, AGENT, "", True),
    "criterion": (AMOUNT, AGENT, "share", False),
    "tracker": (PRESENCE, CALL, "", False),
}


def feature_of(code: str, *, speakers: Mapping[str, str] | None = None) -> Feature | None:
    """What `code` is; None for what is no feature. `speakers` are {tracker's id: agent | customer | ""}.

    Codes: intent.KIND, objection.KIND, answered.KIND (or .any), topic.NAME, compliance.KIND, promise.any, .dated and
    .customer, criterion.KEY, tracker.ID, talk.…, mood.…, script.…, score.quality, call.duration.
    """
    if (known := _ONE_BY_ONE.get(code)) is not None:
        return known
    kind, _dot, name = code.partition(".")
    if not name or kind not in _BY_KIND:
        return None
    scale, whose, unit, consequence = _BY_KIND[kind]
    if kind == "tracker":
        whose = (speakers or {}).get(name) or CALL
    return Feature(code, scale, whose, unit, consequence)


def why_left_out(code: str, *, by_proposals: bool) -> str:
    """outcome | circular, "" for what may be compared. `by_proposals`: outcomes are those the analysis proposed."""
    if code in OUTCOME_WORDS:
        return "outcome"
    if by_proposals and (code in _ALSO_CIRCULAR or code.startswith(_PROPOSAL_RESTS_ON)):
        return "circular"
    return ""
