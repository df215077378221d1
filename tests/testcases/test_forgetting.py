"""What test cases keep about a call goes where the call's words go; what is counted stays."""

import json

import pytest

from recordings.models import SalesCall
from recordings.privacy.anonymising import anonymise_call
from recordings.privacy.archive import call_document
from recordings.privacy.derived_texts import Change, mask_derived
from recordings.privacy.identity import Identity
from recordings.privacy.mentions import find_mentions, mask_mention
from recordings.privacy.removal import remove_call
from testcases.judging.results import Result
from testcases.models import CaseRun, CaseVersion, CriterionResult, RunFeedback, TestCase, Turn, VerdictOverride
from testcases.runs.keeping import keep
from testcases.selectors import content_of
from testcases.services import CaseError, update_case
from tests.factories import make_client, make_user
from tests.recordings.factories import make_call
from tests.testcases.factories import make_case, make_result, make_run, make_session

pytestmark = pytest.mark.django_db
WORDS = "Quillfeather wants a battery"
ABOUT = (CaseRun, CriterionResult, VerdictOverride, RunFeedback, CaseVersion, Turn)
EVIDENCE = [{"quote": WORDS, "line": 1, "start": 4.0, "end": 7.5, "role": "customer"}]


@pytest.fixture
def call() -> SalesCall:
    """Judged by a case, and retold as another that was played."""
    call = make_call(client=make_client())
    run = make_run(version=make_case(client=call.client).current, call=call, key="of the call")
    result = make_result(run=run, position=9, key="x", evidence=EVIDENCE, reason=WORDS)
    VerdictOverride.objects.create(result=result, verdict="not_met", reason=WORDS, by=make_user(client=call.client))
    RunFeedback.objects.create(run=run, text=WORDS)
    objection = {"key": "price", "kind": "price", "lines": [WORDS]}
    retold = make_case(client=call.client, source_call=call, content={"objections": [objection]})
    session = make_session(version=retold.current, lines=[("agent", "Hello"), ("customer", WORDS)])
    played = make_run(session=session, key="played")
    make_result(run=played, position=9, key="x", evidence=EVIDENCE, reason=WORDS)
    return call


def said() -> str:
    rows = [[{f.name: str(getattr(row, f.name)) for f in model._meta.concrete_fields} for row in model.objects.all()]
            for model in ABOUT]  # fmt: skip
    return json.dumps(rows)


def test_anonymising_a_call_takes_the_words_and_leaves_the_figures(call: SalesCall) -> None:
    assert WORDS in said()
    done = anonymise_call(call=call)
    assert "Quillfeather" not in said()
    assert done.rows["testcases.caseversion"] == 1
    run = CaseRun.objects.get(key="of the call")
    assert (run.score, run.passed, run.results.count()) == (90.0, True, 3)
    retold = TestCase.objects.get(source_call=call)
    assert not retold.is_active
    assert retold.current
    assert [each.key for each in content_of(retold.current).criteria] == ["greets", "asks_demo"]
    assert CaseRun.objects.get(key="played").score == 90.0
    with pytest.raises(CaseError):
        update_case(case=retold, user=None, changes={"is_active": True})
    assert anonymise_call(call=call).rows == {}


def test_a_run_that_is_judged_while_its_call_is_erased_keeps_no_words(call: SalesCall) -> None:
    run = make_run(version=make_case(client=call.client).current, call=call, key="late", status="running")
    run.results.all().delete()
    anonymise_call(call=call)
    keep(run, Result(90.0, True))
    run.refresh_from_db()
    assert (run.status, run.problem_code, run.passed) == ("unjudgeable", "erased", None)


def test_deleting_a_call_deletes_its_runs_and_empties_what_retold_it(call: SalesCall) -> None:
    remove_call(call=call)
    assert "Quillfeather" not in said()
    assert [run.key for run in CaseRun.objects.all()] == ["played"]


def test_what_is_masked_in_the_call_is_masked_here(call: SalesCall) -> None:
    mask_derived(call, [Change(1, WORDS, "•••••••••••• wants a battery")])
    assert "Quillfeather" not in said()
    assert "wants a battery" in said()
    assert TestCase.objects.get(source_call=call).is_active


def test_the_archive_of_a_person_says_what_their_call_was_judged_by(call: SalesCall) -> None:
    document = call_document(call)["test_cases"]
    [run] = document["judged_by_test_cases"]
    assert run["criteria"][-1]["words"] == [WORDS]
    assert run["what_people_wrote_to_the_agent"] == [WORDS]
    assert len(document["retold_for_practice_without_names_on"]) == 1
    assert "test_cases" not in call_document(make_call(client=call.client))


def test_a_person_who_is_named_in_what_was_pasted_or_played_is_masked(call: SalesCall) -> None:
    name = "Ada Quillfeather"
    version = make_case(client=call.client, content={"scenario": f"You call {name}."}).current
    lines = [{"role": "customer", "start": 0.0, "end": 1.0, "text": f"This is {name}."}]
    run = make_run(version=version, lines=lines, key="pasted")
    make_result(run=run, position=9, key="y", evidence=[{**EVIDENCE[0], "quote": f"This is {name}."}])
    make_session(version=version, lines=[("agent", f"Hello {name}")])
    identity = Identity.gather(names=[name])
    found = list(find_mentions(identity=identity, client=call.client))
    assert {mention.table.label for mention in found} == {
        "testcases.caserun", "testcases.criterionresult", "testcases.caseversion", "testcases.turn",
    }  # fmt: skip
    assert all(mask_mention(mention, identity) for mention in found)
    assert name not in said()
    assert not list(find_mentions(identity=identity, client=call.client))
