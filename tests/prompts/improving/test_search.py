import json
import re

import pytest
from django.core.exceptions import PermissionDenied

from prompts.improving import SuggestionError, accept_suggestion, ask_for_improvement, stop_suggestion, work
from prompts.models import ModelExchange, PromptLabel, PromptRun, PromptVersion, Suggestion
from salesiq.audit.models import AuditEvent
from salesiq.jobs.models import Job
from salesiq.jobs.services import claim_job, run_job
from salesiq.people.roles import Role
from tests.factories import make_agent, make_user
from tests.prompts.factories import make_model
from tests.prompts.improving.conftest import writes
from tests.prompts.model_server import refused_key, server_error


def ask(house, **values):
    return ask_for_improvement(**{
        "version": house.version, "dataset": house.dataset, "model": house.model, "user": house.user, **values,
    })  # fmt: skip


def job_of(suggestion):
    return Job.objects.filter(subject=str(suggestion.pk)).latest("created_at")


def done(suggestion, status="finished"):
    run_job(job_of(suggestion).pk)
    suggestion.refresh_from_db()
    assert suggestion.status == status, suggestion.error
    return suggestion


def test_a_better_version_is_found_and_proved_on_cases_it_was_not_made_from(house):
    suggestion = done(ask(house))
    result = suggestion.result
    assert result["says"] == "better" and result["n"] == 12 and result["p"] < 0.01
    assert result["low"] > 0 and result["gain"] == pytest.approx(result["after"] - result["before"])
    assert result["after"] == 1.0 and result["before"] < 0.3 and result["why"] == "It is told to be exact."
    shown = {int(number) for number in re.findall(r"Is it so\? #(\d+)", house.asked("writer")[0].text)}
    assert shown and all(number % 2 == 0 for number in shown)


def test_nothing_is_applied_until_a_person_takes_it(house):
    suggestion = done(ask(house))
    assert PromptVersion.objects.count() == 1 and suggestion.made is None
    version = accept_suggestion(suggestion=suggestion, user=house.user, why="Looks right.")
    assert version.number == 2 and version.messages == [{"role": "user", "content": "Be exact. {{ question }}"}]
    assert (
        [each["name"] for each in version.variables] == ["question"]
        and "version 1" in version.why
        and "Looks right" in version.why
    )
    assert accept_suggestion(suggestion=suggestion, user=house.user) == version
    assert PromptVersion.objects.count() == 2 and not PromptLabel.objects.exists()
    assert AuditEvent.objects.get(action="suggestion_accepted").details["made"] == 2


def test_a_proposal_that_is_no_better_leaves_the_held_out_cases_unseen(house):
    house.script(written=writes("Answer as you like. {{ question }}"))
    suggestion = done(ask(house))
    assert suggestion.result["says"] == "no_better"
    assert all(int(re.search(r"#(\d+)", request.text)[1]) % 2 == 0 for request in house.asked())


def test_without_a_useful_model_known_answers_become_examples(house):
    house.writer.useful = False
    house.writer.save()
    house.script(better="yes 2")
    suggestion = done(ask(house))
    assert suggestion.method == "few_shot" and suggestion.writer is None and suggestion.result["says"] == "better"
    roles = [message["role"] for message in suggestion.proposal["messages"]]
    assert roles == ["user", "assistant"] * 3 + ["user"]
    assert suggestion.result["development"]["n"] == 9  # the examples' own cases do not count
    assert not any("data-" in message["content"] for message in suggestion.proposal["messages"])


def test_words_of_a_call_never_become_an_example(house):
    house.writer.delete()
    house.dataset.cases.update(agent=make_agent(client=house.version.client))
    suggestion = done(ask(house))
    assert suggestion.result["says"] == "no_proposal" and not suggestion.proposal


@pytest.mark.parametrize(
    ("written", "told"),
    [("I will not.", "no JSON"), (writes("Use {{ secret }} here."), "secret"), (writes("{{ question }}"), "changed"),
     (json.dumps({"why": "", "messages": [{"role": "boss", "content": "x"}]}), "boss")],
)  # fmt: skip
def test_what_the_writer_may_not_write_is_told_to_it_once_and_then_refused(house, written, told):
    house.script(written=written)
    suggestion = done(ask(house))
    assert suggestion.result["says"] == "no_proposal" and told in suggestion.result["why"]
    assert len(house.asked("writer")) == 2 and told in house.asked("writer")[1].text


def test_a_proposal_that_quotes_a_case_is_refused(house):
    said = "my account number is four five six seven eight nine"
    house.dataset.cases.filter(position=2).update(variables={"question": f"{said} #2"})
    house.script(written=writes(f"If {said}, be exact. {{{{ question }}}}"))
    assert "quotes a case" in done(ask(house)).result["why"]


def test_where_all_cases_pass_there_is_nothing_to_improve(house):
    house.script(better="")
    assert done(ask(house)).result["says"] == "nothing_failed"


def test_a_killed_search_goes_on_and_pays_nothing_twice(house, monkeypatch):
    suggestion = ask(house)
    lease = claim_job(job_of(suggestion).pk, owner="killed")
    for calls in (7, 9, 11):
        with monkeypatch.context() as patch:
            patch.setattr(work, "measure_case", _killed_after(calls, work.measure_case))
            with pytest.raises(SystemExit):
                work.improve_version(str(suggestion.pk), lease)
    work.improve_version(str(suggestion.pk), lease)
    suggestion.refresh_from_db()
    assert suggestion.result["says"] == "better"
    assert len(house.asked()) == 48 and len(house.asked("writer")) == 1
    assert PromptRun.objects.count() == 48 == ModelExchange.objects.exclude(model=house.writer).count()
    work.improve_version(str(suggestion.pk), lease)
    assert len(house.asked()) == 48


def _killed_after(calls, real):
    counted = iter(range(calls))

    def measure(**values):
        if next(counted, None) is None:
            raise SystemExit
        return real(**values)

    return measure


def test_an_endpoint_that_fails_for_now_is_tried_again(house):
    suggestion = ask(house)
    house.server.answers(server_error())
    run_job(job_of(suggestion).pk)
    suggestion.refresh_from_db()
    assert suggestion.status == "running" and job_of(suggestion).status == "queued"


def test_a_refused_key_ends_it_with_what_to_do(house):
    house.server.answers(refused_key())
    suggestion = done(ask(house), "failed")
    assert suggestion.error


def test_a_search_may_be_stopped(house):
    suggestion = stop_suggestion(suggestion=ask(house), user=house.user)
    assert suggestion.status == "failed" and job_of(suggestion).status == "cancelled"
    with pytest.raises(SuggestionError) as error:
        accept_suggestion(suggestion=suggestion, user=house.user)
    assert error.value.code == "not_finished"


def test_what_cannot_be_searched_is_refused(house):
    with pytest.raises(PermissionDenied):
        ask(house, user=make_user(client=house.version.client, role=Role.REVIEWER))
    with pytest.raises(SuggestionError) as error:
        ask(house, model=make_model())
    assert error.value.code == "other_client"
    house.dataset.cases.filter(split="held_out").update(split="development")
    with pytest.raises(SuggestionError) as error:
        ask(house)
    assert error.value.code == "no_held_out" and not Suggestion.objects.exists()
