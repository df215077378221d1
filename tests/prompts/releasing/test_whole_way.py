import pytest

from prompts.evaluation.datasets import CaseDraft, add_cases, create_dataset
from prompts.evaluation.services import create_evaluation, start_evaluation
from prompts.models import PromptLabel
from prompts.releasing import ReleaseError, judge_version, release_version, save_gate
from salesiq.jobs.services import run_job
from tests.factories import make_client, make_user
from tests.prompts.factories import make_model, make_prompt, make_provider, make_version
from tests.prompts.model_server import ModelServer


@pytest.mark.django_db(transaction=True)
def test_the_better_version_goes_through_the_gate_and_the_worse_does_not():
    with ModelServer() as server:
        server.answers(lambda request: "yes" if "exactly" in request.text or "case 1" in request.text else "no")
        client = make_client()
        user = make_user(client=client)
        model = make_model(provider=make_provider(client=client, url=server.url))
        prompt = make_prompt(client=client, messages=())
        variables = [{"name": "question", "type": "text"}]
        texts = ("Answer exactly: {{ question }}", "Answer: {{ question }}")
        good, worse = (make_version(prompt=prompt, text=text, variables=variables) for text in texts)
        dataset = create_dataset(client=client, user=user, name="suite", prompt=prompt)
        said = [{"kind": "contains", "value": "yes"}]
        drafts = [CaseDraft(name=str(n), variables={"question": f"case {n}"}, assertions=said) for n in range(20)]
        add_cases(dataset=dataset, user=user, drafts=drafts)
        save_gate(prompt=prompt, user=user, dataset=dataset, gate={"min_pass_rate": 0.5})
        evaluation = create_evaluation(
            prompt=prompt, dataset=dataset, versions=[good, worse], models=[model], user=user
        )
        assert run_job(start_evaluation(evaluation=evaluation, user=user).pk).status == "succeeded"

        change = release_version(prompt=prompt, version=good, user=user)
        assert change.evaluation == evaluation and not change.overridden
        with pytest.raises(ReleaseError) as error:
            release_version(prompt=prompt, version=worse, user=user)
        failed = {check.code for check in error.value.verdict.checks if not check.passed}
        assert failed == {"regression", "score_regression"}
        assert PromptLabel.objects.get(prompt=prompt, name="production").version == good
        assert judge_version(version=worse).figures[model.name]["passes"]["difference"] == pytest.approx(-0.45)
