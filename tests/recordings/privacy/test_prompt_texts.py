"""What models were asked about a call goes where the call's words go; what is counted stays."""

import json

import pytest
from django.db import IntegrityError, transaction

from prompts.models import (
    Dataset,
    DatasetCase,
    Evaluation,
    EvaluationCell,
    HumanRating,
    ModelExchange,
    PromptRun,
    PromptVersion,
)
from recordings.privacy.anonymising import anonymise_call
from recordings.privacy.archive import call_document
from recordings.privacy.derived_texts import Change, mask_derived
from recordings.privacy.identity import Identity
from recordings.privacy.mentions import find_mentions, mask_mention
from recordings.privacy.removal import remove_call
from tests.factories import make_user
from tests.prompts.factories import make_model, make_prompt, make_run, make_version
from tests.recordings.factories import make_call

pytestmark = pytest.mark.django_db
WORDS = "Quillfeather wants a battery"
ABOUT = (PromptRun, DatasetCase, EvaluationCell, HumanRating, ModelExchange)


@pytest.fixture
def call():
    call = make_call(title="A call")
    version = make_prompt(client=call.client).versions.get()
    model = make_model(client=call.client)
    asked = {"client": call.client, "model": model, "model_name": "m", "purpose": "production", "status": "ok"}
    make_run(version=version, subject_kind="call", subject_id=make_call(client=call.client).pk, answer="Of another")
    exchange = ModelExchange.objects.create(**asked, request_hash="1", answer=WORDS)
    run = make_run(
        version=version, subject_kind="call", subject_id=call.pk, answer=WORDS, parsed={"text": WORDS}, cost=2,
        variables={"call.transcript": WORDS}, messages=[{"role": "user", "content": WORDS}], exchange=exchange,
        problems=[{"check": "quotes", "message": WORDS}], accuracy=0.5,
    )  # fmt: skip
    ModelExchange.objects.create(**asked, request_hash="2", answer=f"First try: {WORDS}")
    HumanRating.objects.create(
        client=call.client, run=run, person=make_user(client=call.client), comment=WORDS, thumb=1
    )
    dataset = Dataset.objects.create(client=call.client, name="cases")
    evaluation = Evaluation.objects.create(client=call.client, prompt=version.prompt, dataset=dataset)
    about = {"client": call.client, "dataset": evaluation.dataset, "expected": WORDS, "variables": {"a": WORDS}}
    case = DatasetCase.objects.create(**about, position=50, subject_kind="call", subject_id=call.pk)
    plain = DatasetCase.objects.create(**{**about, "expected": "", "variables": {}}, position=51)
    cell = {"client": call.client, "evaluation": evaluation, "version": version, "model": model, "passed": True}
    for each in (case, plain):
        EvaluationCell.objects.create(**cell, case=each, run=run, results=[{"kind": "equals", "message": WORDS}])
    return call


def said() -> str:
    rows = [list(model.objects.values()) for model in ABOUT]
    return json.dumps(rows, default=str)


def test_anonymising_a_call_takes_the_words_and_leaves_the_figures(call):
    assert WORDS in said()
    done = anonymise_call(call=call)
    assert "Quillfeather" not in said()
    run = PromptRun.objects.get(subject_id=call.pk)
    assert (run.validity, run.accuracy, run.cost) == ("valid", 0.5, 2)
    assert EvaluationCell.objects.get().passed
    assert HumanRating.objects.get().thumb == 1
    assert done.rows["prompts.promptrun"] == 1
    assert PromptRun.objects.filter(answer="Of another").exists()


def test_deleting_a_call_deletes_what_was_asked_about_it(call):
    remove_call(call=call)
    assert "Quillfeather" not in said()
    assert [run.answer for run in PromptRun.objects.all()] == ["Of another"]


def test_masking_words_of_a_call_masks_them_there_too(call):
    mask_derived(call, [Change(0, "I am Quillfeather", "I am ••••••••••••")])
    assert "Quillfeather" not in said()
    assert "wants a battery" in said()


def test_the_archive_of_a_person_holds_what_models_wrote(call):
    (entry,) = call_document(call)["written_by_language_models"]
    assert (entry["answer"], entry["what_people_said_of_it"]) == (WORDS, [WORDS])


def test_a_person_whom_a_version_names_is_masked_there_and_the_version_says_so(call):
    version = make_version(text="As we told Zephyrine Quillfeather yesterday")
    identity = Identity.gather(names=["Zephyrine Quillfeather"], emails=[], phones=[])
    for mention in list(find_mentions(identity=identity, client=version.client)):
        mask_mention(mention, identity)
    version.refresh_from_db()
    assert "Quillfeather" not in json.dumps(version.messages)
    assert version.content_hash.startswith("masked:")
    with pytest.raises(IntegrityError), transaction.atomic():
        PromptVersion.objects.filter(pk=version.pk).update(messages=[])
