"""What people say of a prompt or of one of its versions."""

from django.db import transaction
from django.utils.translation import gettext as _

from prompts.models import Prompt, PromptComment, PromptVersion
from prompts.services.errors import PromptError
from salesiq.audit.services import record_event
from salesiq.people.models import User

LONGEST_COMMENT = 4000


def comment_prompt(
    *, prompt: Prompt, user: User | None, text: str, version: PromptVersion | None = None
) -> PromptComment:
    """Say something of `prompt`, or of its `version`.

    Raises:
        PromptError: there is no text or too much of it, or the version is of another prompt.
    """
    text = text.strip()
    if not 1 <= len(text) <= LONGEST_COMMENT:
        sentence = _("A comment has 1 to %(most)d characters.") % {"most": LONGEST_COMMENT}
        raise PromptError(sentence, code="comment_length")
    if version is not None and version.prompt_id != prompt.pk:
        raise PromptError(_("This version belongs to another prompt."), code="other_prompt")
    with transaction.atomic():
        comment = PromptComment.objects.create(
            client_id=prompt.client_id, prompt=prompt, version=version, author=user, text=text
        )
        details = {"prompt": str(prompt.pk), "version": version.number if version else None}
        record_event(action="commented", target=comment, actor=user, details=details)
    return comment
