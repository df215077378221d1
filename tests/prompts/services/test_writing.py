"""Prompts, versions, labels, blocks and comments as they are written."""

import threading

import pytest
from django.db import DatabaseError, connection, transaction

from prompts.models import PRODUCTION, LabelChange, PromptVersion
from prompts.services import (
    ContentError,
    NameTakenError,
    PromptError,
    ProtectedLabelError,
    StaleVersionError,
    comment_prompt,
    create_prompt,
    move_label,
    save_block,
    save_version,
    set_label,
    update_prompt,
)
from prompts.templates.content import VersionContent
from salesiq.audit.models import AuditEvent
from tests.factories import make_client, make_user
from tests.prompts.factories import make_prompt, make_version

pytestmark = pytest.mark.django_db


def content(text: str = "Sum up.", **parts) -> VersionContent:
    return VersionContent.from_json({"messages": [{"role": "user", "content": text}], **parts})


def test_a_prompt_begins_with_its_first_version():
    user = make_user()
    prompt = create_prompt(
        client=user.client, user=user, name="call-summary", title="Call summary", content=content(), why="Wanted",
        family="summary",
    )  # fmt: skip
    version = prompt.versions.get()
    assert (version.number, version.why, version.created_by) == (1, "Wanted", user)
    assert set(AuditEvent.objects.values_list("action", flat=True)) >= {"added", "version_written"}


def test_a_name_is_taken_once_a_client():
    prompt = make_prompt(name="call-summary")
    with pytest.raises(NameTakenError):
        create_prompt(client=prompt.client, user=None, name="call-summary", title="Again", content=content())
    assert create_prompt(client=make_client(), user=None, name="call-summary", title="Other", content=content())


def test_content_that_cannot_be_rendered_is_refused_with_what_is_wrong():
    prompt = make_prompt()
    with pytest.raises(ContentError) as refused:
        save_version(prompt=prompt, user=None, content=content("Hello {{ nobody }}"))
    assert [problem.name for problem in refused.value.problems] == ["nobody"]
    assert prompt.versions.count() == 1


def test_the_same_content_again_is_no_new_version():
    prompt = create_prompt(client=make_client(), user=None, name="p", title="P", content=content("One"))
    assert save_version(prompt=prompt, user=None, content=content("One")).number == 1
    assert save_version(prompt=prompt, user=None, content=content("Two")).number == 2
    assert save_version(prompt=prompt, user=None, content=content("One")).number == 3


def test_a_writer_who_began_with_an_older_version_is_told():
    prompt = make_prompt()
    make_version(prompt=prompt)
    with pytest.raises(StaleVersionError) as stale:
        save_version(prompt=prompt, user=None, content=content("Mine"), based_on=1)
    assert stale.value.newest == 2


def test_a_version_keeps_the_texts_of_its_blocks():
    client = make_client()
    save_block(client=client, user=None, name="tone", text="Be brief.")
    prompt = create_prompt(
        client=client, user=None, name="p", title="P", content=content("{% include 'tone' %} Sum up.")
    )
    save_block(client=client, user=None, name="tone", text="Be kind.")
    assert prompt.versions.get().blocks == {"tone": "Be brief."}
    assert save_version(prompt=prompt, user=None, content=VersionContent.of(prompt.versions.get())).number == 2
    kept = save_version(
        prompt=prompt, user=None, content=VersionContent.of(prompt.versions.get(number=1)), keep_blocks=True
    )
    assert kept.blocks == {"tone": "Be brief."}


def test_settings_change_without_a_version_and_stand_in_the_trail():
    prompt, user = make_prompt(), make_user()
    update_prompt(prompt=prompt, user=user, changes={"title": "Other title", "is_active": False})
    prompt.refresh_from_db()
    assert (prompt.title, prompt.is_active, prompt.versions.count()) == ("Other title", False, 1)
    details = AuditEvent.objects.get(action="changed").details
    assert details["before"]["is_active"] is True and details["after"]["is_active"] is False
    with pytest.raises(PromptError):
        update_prompt(prompt=prompt, user=user, changes={"name": "other"})


def test_a_label_moves_and_its_way_is_kept():
    prompt, user = make_prompt(), make_user()
    second = make_version(prompt=prompt)
    move_label(prompt=prompt, label="staging", version=prompt.versions.get(number=1), user=user)
    change = move_label(prompt=prompt, label="staging", version=second, user=user, reason="Better")
    assert (change.before.number, change.after.number, change.reason) == (1, 2, "Better")
    assert prompt.labels.get().version == second
    move_label(prompt=prompt, label="staging", version=None, user=user)
    assert not prompt.labels.exists() and LabelChange.objects.count() == 3


def test_production_is_moved_by_a_release_alone():
    prompt = make_prompt()
    version = prompt.versions.get()
    with pytest.raises(ProtectedLabelError):
        move_label(prompt=prompt, label=PRODUCTION, version=version, user=None)
    assert set_label(prompt=prompt, label=PRODUCTION, version=version, user=None, verdict={"passed": True}).verdict
    with pytest.raises(PromptError):
        move_label(prompt=make_prompt(), label="staging", version=version, user=None)


def test_comments_belong_to_the_prompt_or_to_its_version():
    prompt, user = make_prompt(), make_user()
    assert comment_prompt(prompt=prompt, user=user, text=" Good ", version=prompt.versions.get()).text == "Good"
    for text, version in (("  ", None), ("x" * 5000, None), ("Fine", make_version())):
        with pytest.raises(PromptError):
            comment_prompt(prompt=prompt, user=user, text=text, version=version)


@pytest.mark.parametrize(
    "field, value", [("messages", []), ("number", 9), ("checks", {"pii": "any"}), ("blocks", {"a": ""})]
)
def test_no_version_is_changed_by_the_orm(field, value):
    version = make_version()
    with pytest.raises(DatabaseError), transaction.atomic():
        PromptVersion.objects.filter(pk=version.pk).update(**{field: value})
    setattr(version, field, value)
    with pytest.raises(DatabaseError), transaction.atomic():
        version.save()


def test_no_version_is_changed_by_sql():
    version = make_version()
    key = version.pk.hex if connection.vendor == "sqlite" else str(version.pk)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE prompts_promptversion SET content_hash = 'other' WHERE id = %s", [key])
    assert PromptVersion.objects.get(pk=version.pk).content_hash == version.content_hash


@pytest.mark.django_db(transaction=True)
def test_writers_at_once_get_one_number_each():
    prompt = create_prompt(client=make_client(), user=None, name="p", title="P", content=content("Zero"))
    together, failures = threading.Barrier(4), []

    def write(turn: int) -> None:
        try:
            together.wait(10)
            for again in range(3):
                save_version(prompt=prompt, user=None, content=content(f"Text {turn} {again}"))
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    writers = [threading.Thread(target=write, args=(turn,)) for turn in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert not failures
    assert sorted(prompt.versions.values_list("number", flat=True)) == list(range(1, 14))
