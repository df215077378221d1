import pytest

from prompts.models import Purpose
from prompts.providers import attempts
from prompts.providers.asking import Request
from tests.prompts.model_server import ModelServer


@pytest.fixture
def server():
    with ModelServer() as running:
        yield running


@pytest.fixture
def quick_retries(monkeypatch):
    """Pauses between attempts are as random as ever, and short."""
    monkeypatch.setattr(attempts, "FIRST_PAUSE_SECONDS", 0.005)


@pytest.fixture
def ask_for():
    """A request with what matters to the test."""

    def make(**values):
        messages = [{"role": "user", "content": values.pop("text", "Who called?")}]
        return Request(**{"messages": messages, "purpose": Purpose.TRIAL, **values})

    return make
