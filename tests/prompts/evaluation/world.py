"""An evaluation to run: a prompt with versions, a model behind a ModelServer, a data set."""

from decimal import Decimal

from prompts.evaluation.datasets import CaseDraft, add_cases, create_dataset
from prompts.evaluation.services import create_evaluation
from prompts.models import Evaluation, LanguageModel
from tests.factories import make_client
from tests.prompts.factories import make_model, make_prompt, make_version

VARIABLES = [{"name": "question", "type": "text"}]


def make_evaluation(
    server,
    *,
    cases=4,
    texts=("Answer in one word: {{ question }}", "Answer politely: {{ question }}"),
    assertions=({"kind": "contains", "value": "yes"},),
    model=None,
    user=None,
    version=None,
    **values,
) -> Evaluation:
    """`texts` are the versions, the first one in production; the cases' questions are “case 1” and so on."""
    model = model or make_model(url=server.url, input_price=Decimal(1), output_price=Decimal(10))
    prompt = make_prompt(client=model.client, messages=())
    versions = [
        make_version(
            prompt=prompt, text=text, variables=VARIABLES, labels=() if number else ("production",), **(version or {})
        )
        for number, text in enumerate(texts)
    ]
    dataset = create_dataset(client=prompt.client, user=None, name=f"cases-{prompt.name}", prompt=prompt)
    drafts = [
        CaseDraft(name=f"case {n}", variables={"question": f"case {n}"}, assertions=list(assertions))
        for n in range(1, cases + 1)
    ]
    add_cases(dataset=dataset, user=None, drafts=drafts)
    return create_evaluation(prompt=prompt, dataset=dataset, versions=versions, models=[model], user=user, **values)


def model_of(server, **values) -> LanguageModel:
    return make_model(client=make_client(), url=server.url, **values)
