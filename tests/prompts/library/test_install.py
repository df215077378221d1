"""The library in a client's workspace: once, however often it is installed, and never over what people wrote."""

from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from prompts.library import install as installing
from prompts.library.install import install_library
from prompts.library.shipped import ShippedError, shipped_keys, shipped_prompts
from prompts.models import PRODUCTION, STAGING, Dataset, Prompt, PromptBlock, PromptLabel, PromptVersion
from prompts.services import newest_version, save_version
from prompts.templates.content import Message, VersionContent
from tests.factories import make_client
from tests.prompts.factories import make_prompt

pytestmark = pytest.mark.django_db
ONE = ["call-summary"]


def test_the_library_comes_with_blocks_cases_and_a_gate_and_nothing_is_in_production():
    client = make_client()
    done = install_library(client=client, language="en", user=None)
    assert len(done.added) == len(shipped_keys()) == Prompt.objects.filter(client=client).count()
    summary = Prompt.objects.get(client=client, name="call-summary-en")
    assert summary.gate_dataset.cases.count() == summary.gate["min_cases"] + 1
    assert [label.name for label in summary.labels.all()] == [STAGING]
    assert not PromptLabel.objects.filter(name=PRODUCTION).exists()
    assert newest_version(summary).blocks.keys() == {"ground-rules-en"}


def test_installing_again_changes_nothing():
    client = make_client()
    install_library(client=client, language="es", user=None)
    before = [model.objects.count() for model in (Prompt, PromptVersion, PromptBlock, Dataset)]
    done = install_library(client=client, language="es", user=None)
    assert (done.added, done.updated, done.kept) == ([], [], [])
    assert [model.objects.count() for model in (Prompt, PromptVersion, PromptBlock, Dataset)] == before


def test_what_people_wrote_stays():
    client = make_client()
    install_library(client=client, language="en", user=None, keys=ONE)
    prompt = Prompt.objects.get(client=client)
    content = VersionContent.of(newest_version(prompt))
    save_version(prompt=prompt, user=None, content=replace(content, parameters={"temperature": 1}), why="Bolder")
    done = install_library(client=client, language="en", user=None, keys=ONE)
    assert done.kept == ["call-summary-en"]
    assert newest_version(prompt).number == 2


def test_a_better_text_of_the_library_is_the_next_version_and_goes_to_staging(monkeypatch):
    client = make_client()
    install_library(client=client, language="en", user=None, keys=ONE)
    shipped = next(each for each in shipped_prompts("en") if each.key == "call-summary/en")
    messages = (Message("system", "{% include 'ground-rules-en' %} Shorter."), shipped.content.messages[1])
    better = replace(shipped, content=replace(shipped.content, messages=messages))
    monkeypatch.setattr(installing, "shipped_prompts", lambda language: (better,))
    assert install_library(client=client, language="en", user=None).updated == ["call-summary-en"]
    label = PromptLabel.objects.get(prompt__client=client, name=STAGING)
    assert label.version.number == 2
    assert install_library(client=client, language="en", user=None).same == ["call-summary-en"]


def test_a_name_that_is_taken_is_left_to_who_has_it():
    client = make_client()
    own = make_prompt(client=client, name="call-summary-en")
    install_library(client=client, language="en", user=None, keys=ONE)
    assert Prompt.objects.get(client=client, library_key="call-summary/en").name == "call-summary-en-2"
    assert own.versions.count() == 1


def test_the_command_installs_and_says_what_it_did():
    client, out = make_client(slug="acme"), StringIO()
    call_command("install_prompts", "acme", "--language", "ru", "--only", "call-summary,battle-card", stdout=out)
    assert Prompt.objects.filter(client=client).count() == 2
    assert "2 added" in out.getvalue()
    with pytest.raises(CommandError, match="Clients: "):
        call_command("install_prompts", "nobody")
    with pytest.raises(CommandError, match="no shipped prompt"):
        call_command("install_prompts", "acme", "--only", "poem")


def test_an_unknown_language_is_refused():
    with pytest.raises(ShippedError, match="Languages: en, es, ru"):
        install_library(client=make_client(), language="xx", user=None)
