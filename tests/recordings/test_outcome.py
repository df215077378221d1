from recordings.models import CallAnalysis, Origin
from recordings.services import set_outcome
from tests.factories import make_user
from tests.recordings.factories import make_call


def test_a_persons_outcome_stands_and_the_proposal_is_kept_beside_it(db):
    call = make_call(outcome="qualified")
    call = set_outcome(call=call, outcome="converted", actor=make_user(client=call.client))
    assert (call.outcome, call.outcome_origin) == ("converted", Origin.PERSON)


def test_taking_it_back_brings_the_proposal_back(db):
    call = make_call(outcome="qualified")
    proposal = {"value": "callback", "confidence": 0.6, "reason": "They asked for it.", "utterances": [2]}
    CallAnalysis.objects.filter(call=call).update(proposed_outcome=proposal)
    actor = make_user(client=call.client)
    set_outcome(call=call, outcome="converted", actor=actor)
    call = set_outcome(call=call, outcome="", actor=actor)
    assert (call.outcome, call.outcome_origin, call.outcome_confidence) == ("callback", Origin.PROPOSED, 0.6)
