import pytest

from prompts.library.install import install_library
from prompts.models import PRODUCTION, Prompt
from prompts.services import newest_version, set_label
from tests.factories import make_client
from tests.prompts.factories import make_model
from tests.prompts.model_server import ModelServer

ON_CALLS = ("call-summary", "coaching-note", "follow-up-mail", "scorecard-answers")


@pytest.fixture
def server():
    with ModelServer() as server:
        yield server


@pytest.fixture
def tenant(server):
    """A client with a useful model at `server`, and production prompts in English for what is written about calls."""
    tenant = make_client()
    make_model(client=tenant, url=server.url, name="big-model", context_tokens=16384, max_output_tokens=2000)
    install_library(client=tenant, language="en", user=None, keys=ON_CALLS)
    for prompt in Prompt.objects.filter(client=tenant):
        set_label(prompt=prompt, label=PRODUCTION, version=newest_version(prompt), user=None)
    return tenant
