"""Making prompts and their versions, which never change once they are written."""

import hashlib
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from prompts.models import Prompt, PromptBlock, PromptVersion
from prompts.services.blocks import with_blocks
from prompts.services.errors import ContentError, NameTakenError, PromptError, StaleVersionError
from prompts.templates.checking import check_content
from prompts.templates.content import VersionContent, content_hash
from salesiq.audit.services import record_event
from salesiq.people.models import Client, User

LONGEST_REASON = 500
# What of a prompt may be changed without a new version.
SETTINGS = (
    "title", "description", "family", "language", "is_active", "gate_dataset", "gate", "monthly_budget",
    "live_sample_percent",
)  # fmt: skip


def create_prompt(
    *,
    client: Client,
    user: User | None,
    name: str,
    title: str,
    content: VersionContent,
    why: str = "",
    keep_blocks: bool = False,
    **settings: Any,
) -> Prompt:
    """A prompt with its first version. `settings` are further fields (`SETTINGS`, `library_key`).

    `keep_blocks`: included blocks keep the texts that `content` brings, rather than the client's of today.

    Raises:
        NameTakenError: the client has a prompt of this name.
        ContentError: the content cannot be rendered.
        ValidationError: a field's value cannot be used.
    """
    with transaction.atomic():
        prompt = Prompt(client=client, name=name, title=title, created_by=user, **settings)
        prompt.full_clean(exclude=["client", "created_by", "gate"], validate_constraints=False)
        try:
            with transaction.atomic():
                prompt.save(force_insert=True)
        except IntegrityError as error:
            sentence = _("There is a prompt “%(name)s” already. Choose another name, or write a new version of it.")
            raise NameTakenError(sentence % {"name": name}) from error
        record_event(action="added", target=prompt, actor=user, details={"name": prompt.name})
        _write(prompt, user, _ready(prompt, content, keep_blocks=keep_blocks), why)
    return prompt


def save_version(
    *,
    prompt: Prompt,
    user: User | None,
    content: VersionContent,
    why: str = "",
    based_on: int | None = None,
    keep_blocks: bool = False,
) -> PromptVersion:
    """The next version of `prompt`, numbered without gaps however many write at once.

    Where nothing differs from the newest version, that one is returned and nothing is written. `based_on` is the
    number that the writer began with. `keep_blocks` as in `create_prompt`.

    Raises:
        StaleVersionError: there is a newer version than `based_on`.
        ContentError: the content cannot be rendered.
    """
    with transaction.atomic():
        locked = Prompt.objects.select_for_update().get(pk=prompt.pk)
        ready = _ready(locked, content, keep_blocks=keep_blocks)
        newest = newest_version(locked)
        if newest is not None and based_on is not None and newest.number != based_on:
            sentence = _("Version %(number)d was saved since you began. Look at it, then save yours again.")
            raise StaleVersionError(sentence % {"number": newest.number}, newest=newest.number)
        if newest is not None and newest.content_hash == content_hash(ready):
            return newest
        return _write(locked, user, ready, why, after=newest)


def update_prompt(*, prompt: Prompt, user: User | None, changes: Mapping[str, Any]) -> Prompt:
    """Change what is no part of a version: `SETTINGS`.

    Raises:
        PromptError: `changes` name something else.
        ValidationError: a value cannot be used.
    """
    unknown = sorted(set(changes) - set(SETTINGS))
    if unknown:
        raise PromptError(
            _("This cannot be changed: %(names)s.") % {"names": ", ".join(unknown)}, code="not_changeable"
        )
    with transaction.atomic():
        row = Prompt.objects.select_for_update().get(pk=prompt.pk)
        differing = {name: value for name, value in changes.items() if getattr(row, name) != value}
        if not differing:
            return row
        before = {name: _told(getattr(row, name)) for name in differing}
        for name, value in differing.items():
            setattr(row, name, value)
        row.full_clean(exclude=["client", "created_by", "gate"], validate_constraints=False)
        row.save(update_fields=[*differing, "updated_at"])
        after = {name: _told(value) for name, value in differing.items()}
        record_event(action="changed", target=row, actor=user, details={"before": before, "after": after})
    return row


def newest_version(prompt: Prompt) -> PromptVersion | None:
    return prompt.versions.order_by("-number").first()


def _ready(prompt: Prompt, content: VersionContent, *, keep_blocks: bool) -> VersionContent:
    """With the blocks that it includes; refused where it could not be rendered."""
    texts = dict(PromptBlock.objects.filter(client_id=prompt.client_id).values_list("name", "text"))
    if keep_blocks:
        texts |= content.blocks
    problems = check_content(content, texts)
    if problems:
        raise ContentError(_("This cannot be a version of the prompt: mend what is named and save again."), problems)
    return with_blocks(content, texts)


def _write(
    prompt: Prompt, user: User | None, content: VersionContent, why: str, *, after: PromptVersion | None = None
) -> PromptVersion:
    version = PromptVersion.objects.create(
        client_id=prompt.client_id,
        prompt=prompt,
        number=after.number + 1 if after else 1,
        why=why[:LONGEST_REASON],
        created_by=user,
        content_hash=content_hash(content),
        **content.as_json(),
    )
    details = {"prompt": str(prompt.pk), "version": version.number, "content": version.content_hash}
    record_event(action="version_written", target=version, actor=user, details=details)
    return version


def _told(value: Any) -> Any:
    """A value for the audit trail: codes and numbers as they are, rows by their key, texts by their hash."""
    if value is None or isinstance(value, bool | int | dict | list):
        return value
    text = str(getattr(value, "pk", value))
    return text if len(text) <= 40 and " " not in text else hashlib.sha256(text.encode()).hexdigest()
