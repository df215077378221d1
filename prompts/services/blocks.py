"""Texts that several prompts share. A version keeps the texts it was written with."""

from collections.abc import Mapping
from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext as _

from prompts.models import PromptBlock
from prompts.services.errors import PromptError
from prompts.templates.checking import included_blocks
from prompts.templates.content import VersionContent
from salesiq.audit.services import record_event
from salesiq.people.models import Client, User


def save_block(*, client: Client, user: User | None, name: str, text: str, description: str = "") -> PromptBlock:
    """Write a block, or give the one of this name another text; versions that include it stay as they are.

    Raises:
        ValidationError: the name cannot be used.
        PromptError: there is no text.
    """
    if not text.strip():
        raise PromptError(_("Write the text of the block."), code="empty_block")
    with transaction.atomic():
        block = PromptBlock.objects.select_for_update().filter(client=client, name=name).first()
        before = block.text if block else None
        if block is None:
            block = PromptBlock(client=client, name=name)
        elif (block.text, block.description) == (text, description):
            return block
        block.text, block.description, block.changed_by = text, description, user
        block.full_clean(exclude=["client", "changed_by"])
        block.save()
        details = {"name": name, "characters_before": len(before or ""), "characters": len(text)}
        record_event(action="added" if before is None else "changed", target=block, actor=user, details=details)
    return block


def with_blocks(content: VersionContent, texts: Mapping[str, str]) -> VersionContent:
    """`content` with the texts of the blocks it includes, those included by blocks among them."""
    return replace(content, blocks=included_blocks(content, texts))
