"""The real packaged model behind its real server."""

import json
import subprocess
import sys

import pytest
from django.conf import settings

from prompts.models import ModelProvider
from prompts.providers import embedded
from prompts.providers.asking import ask
from prompts.providers.connecting import connect_embedded
from tests.factories import make_client

pytestmark = pytest.mark.django_db


def test_the_small_model_answers_by_the_real_protocol(ask_for):
    client = make_client()
    model = connect_embedded(client)
    pieces = []
    schema = {
        "type": "object", "properties": {"price": {"type": "integer"}}, "required": ["price"],
        "additionalProperties": False,
    }  # fmt: skip
    request = ask_for(
        text="A licence costs 40 dollars. Give the price.",
        parameters={"max_tokens": 40, "temperature": 0},
        schema=schema,
    )
    reply = ask(client=client, models=[model], request=request, on_text=pieces.append)
    assert isinstance(json.loads(reply.text)["price"], int)
    assert "".join(pieces) == reply.text
    assert reply.input_tokens > 5
    assert model.useful is False


def test_connecting_it_twice_makes_it_once():
    client = make_client()
    assert connect_embedded(client) == connect_embedded(client)
    assert ModelProvider.objects.get().leaves_house is False


def test_other_processes_use_the_same_server_and_its_key_is_needed():
    import httpx2

    running = embedded.running()
    script = (
        "from django.conf import settings\n"
        f"settings.configure(EMBEDDED_MODEL_DIR={str(settings.EMBEDDED_MODEL_DIR)!r}, USE_I18N=False)\n"
        "from prompts.providers import embedded\n"
        "print(embedded.running().port)"
    )
    found = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=settings.BASE_DIR
    )
    assert found.stdout.strip() == str(running.port)
    body = {"messages": [{"role": "user", "content": "Hi"}]}
    assert httpx2.post(f"{running.url}/v1/chat/completions", json=body).status_code == 401
