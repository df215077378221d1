"""A prompt whose model answers rightly only where it is told to be exact; and a writer that knows that."""

import json
import re
from dataclasses import dataclass

import pytest

from prompts.models import Dataset, DatasetCase, LanguageModel, PromptVersion
from salesiq.people.models import User
from tests.factories import make_client, make_user
from tests.prompts.factories import make_model, make_prompt, make_provider, make_version
from tests.prompts.model_server import ModelServer

BETTER = "Be exact. {{ question }}"


def writes(text=BETTER, why="It is told to be exact."):
    return json.dumps({"why": why, "messages": [{"role": "user", "content": text}]})


@dataclass
class House:
    server: ModelServer
    user: User
    model: LanguageModel
    writer: LanguageModel
    version: PromptVersion
    dataset: Dataset

    def script(self, *, written=None, better="Be exact"):
        """The model is right for one question in five, and for all where the prompt holds `better`."""

        def answer(request):
            if request.model == "writer":
                return written or writes()
            everything = " ".join(message["content"] for message in request.messages)
            number = int(re.search(r"#(\d+)", request.text)[1])
            return f"yes {number}" if better in everything or number % 5 == 0 else "no idea"

        self.server.answers(answer)

    def asked(self, model="asked"):
        return [request for request in self.server.requests if request.model == model]


@pytest.fixture
def house(db):
    with ModelServer() as server:
        client = make_client()
        provider = make_provider(client=client, url=server.url, max_concurrency=1)
        model = make_model(provider=provider, name="asked", useful=False)
        writer = make_model(provider=provider, name="writer", useful=True)
        prompt = make_prompt(client=client, messages=())
        variables = [{"name": "question", "type": "text", "required": True}]
        version = make_version(prompt=prompt, text="{{ question }}", variables=variables)
        dataset = Dataset.objects.create(client=client, name="suite")
        for number in range(24):
            DatasetCase.objects.create(
                client=client, dataset=dataset, position=number, variables={"question": f"Is it so? #{number}"},
                expected=f"yes {number}", split="held_out" if number % 2 else "development",
                assertions=[{"kind": "contains", "value": "yes"}],
            )  # fmt: skip
        made = House(server, make_user(client=client), model, writer, version, dataset)
        made.script()
        yield made
