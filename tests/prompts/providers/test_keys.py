import logging

import pytest

from prompts.models import ModelExchange, ModelProvider
from prompts.providers.asking import ErrorKind, ModelError, ask
from prompts.providers.keys import is_reference, key_of
from tests.factories import make_client
from tests.prompts.factories import make_model, make_provider
from tests.prompts.model_server import refused_key

pytestmark = pytest.mark.django_db
SECRET = "sk-never-to-be-seen-7f3a"


@pytest.mark.parametrize(
    "reference",
    ["env:SECRET_KEY", "env:SALESIQ_KEYS", "env:SALESIQ_MODEL_KEY_", "file:../secret.key", "file:/etc/passwd",
     "file:.hidden", "file:a/b", "SALESIQ_MODEL_KEY_A", "env:SALESIQ_MODEL_KEY_A\nX"],
)  # fmt: skip
def test_other_secrets_of_the_installation_cannot_be_named(reference, monkeypatch):
    monkeypatch.setenv("SALESIQ_MODEL_KEY_", "x")
    assert not is_reference(reference)
    with pytest.raises(ModelError):
        key_of(make_provider(key_reference=reference), host="evil.test")


def test_a_key_goes_only_to_the_host_it_was_meant_for(monkeypatch):
    monkeypatch.setenv("SALESIQ_MODEL_KEY_OPENAI", SECRET)
    provider = make_provider(key_reference="env:SALESIQ_MODEL_KEY_OPENAI")
    with pytest.raises(ModelError) as error:
        key_of(provider, host="evil.test")
    assert error.value.kind is ErrorKind.REFUSED_KEY
    assert SECRET not in error.value.message
    monkeypatch.setenv("SALESIQ_MODEL_HOSTS_OPENAI", "api.openai.com, other.test")
    assert key_of(provider, host="api.openai.com") == SECRET
    with pytest.raises(ModelError):
        key_of(provider, host="evil.test")


def test_a_key_may_be_for_some_clients_alone(monkeypatch):
    provider = make_provider(client=make_client(slug="acme"), key_reference="env:SALESIQ_MODEL_KEY_A")
    monkeypatch.setenv("SALESIQ_MODEL_KEY_A", SECRET)
    monkeypatch.setenv("SALESIQ_MODEL_HOSTS_A", "model.test")
    monkeypatch.setenv("SALESIQ_MODEL_CLIENTS_A", "globex")
    with pytest.raises(ModelError):
        key_of(provider, host="model.test")
    monkeypatch.setenv("SALESIQ_MODEL_CLIENTS_A", "globex,acme")
    assert key_of(provider, host="model.test") == SECRET


def test_a_key_file_is_that_of_host_and_client(settings, tmp_path):
    settings.MODEL_KEYS_DIR = tmp_path / "keys"
    folder = settings.MODEL_KEYS_DIR / "model.test"
    (folder / "acme").mkdir(parents=True)
    (folder / "shared").write_text("of-all\n")
    (folder / "acme" / "own").write_text("of-acme")
    (tmp_path / "secret").write_text("of-nobody")
    (folder / "link").symlink_to(tmp_path / "secret")
    acme, globex = make_client(slug="acme"), make_client(slug="globex")
    assert key_of(make_provider(client=acme, key_reference="file:own"), host="model.test") == "of-acme"
    assert key_of(make_provider(client=globex, key_reference="file:shared"), host="model.test") == "of-all"
    for client, name, host in [(globex, "own", "model.test"), (acme, "shared", "b.test"), (acme, "link", "model.test")]:
        with pytest.raises(ModelError):
            key_of(make_provider(client=client, key_reference=f"file:{name}"), host=host)


def test_a_key_is_sent_and_stands_in_no_log_error_or_row(server, ask_for, caplog):
    caplog.set_level(logging.DEBUG)
    model = make_model(provider=make_provider(url=server.url, sealed_key=SECRET))
    ask(client=model.client, models=[model], request=ask_for())
    assert server.requests[0].key == SECRET
    server.answers(refused_key())
    with pytest.raises(ModelError) as error:
        ask(client=model.client, models=[model], request=ask_for())
    provider = ModelProvider.objects.get()
    seen = [caplog.text, repr(error.value), error.value.message, repr(provider), provider.last_error]
    seen += [str(row) for row in ModelExchange.objects.values()]
    assert not any(SECRET in text or "sk-echoed" in text for text in seen)


def test_a_sealed_key_lies_encrypted_in_the_database():
    from django.db import connection

    make_provider(sealed_key=SECRET)
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed_key FROM prompts_modelprovider")
        assert SECRET.encode() not in bytes(cursor.fetchone()[0])
