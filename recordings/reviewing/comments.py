"""Comments about a call at a time of it. Authors change and take back their own; nobody changes another's words."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from recordings.models import CallComment, SalesCall
from salesiq.audit.services import record_event
from salesiq.people.models import User

LONGEST_COMMENT = 2000


def add_comment(
    *, call: SalesCall, text: str, at: float | None, shown_to_agent: bool, actor: User, private: bool = False
) -> CallComment:
    """Note `text` at `at` seconds of the call, or about the whole of it where `at` is None.

    `private` keeps it from the agent whatever `shown_to_agent` says: the notes of a blind calibration are nobody
    else's.

    Raises:
        ValidationError: the text is empty or too long, or `at` lies outside the call.
    """
    words = _checked(text)
    if at is not None and not 0 <= at <= (call.call_duration or at):
        raise ValidationError(_("The comment's time lies outside the call. Choose a moment within it."))
    with transaction.atomic():
        comment = CallComment.objects.create(
            client_id=call.client_id,
            call=call,
            author=actor,
            at=at,
            text=words,
            shown_to_agent=shown_to_agent and not private,
        )
        shown = {"shown_to_agent": comment.shown_to_agent}
        record_event(action="comment_added", target=call, actor=actor, details={"comment": comment.pk, **shown})
    return comment


def change_comment(*, comment: CallComment, text: str, shown_to_agent: bool, actor: User) -> CallComment:
    """Write one's own comment anew.

    Raises:
        ValidationError: the text is empty or too long.
        PermissionDenied: it is somebody else's.
    """
    words = _checked(text)
    with transaction.atomic():
        row = _own(comment, actor)
        before = row.shown_to_agent
        row.text, row.shown_to_agent = words, shown_to_agent
        row.save(update_fields=["text", "shown_to_agent", "updated_at"])
        change = {"before": {"shown_to_agent": before}, "after": {"shown_to_agent": shown_to_agent}}
        record_event(action="comment_changed", target=row.call, actor=actor, details={"comment": row.pk, **change})
    return row


def delete_comment(*, comment: CallComment, actor: User) -> None:
    """Take one's own comment back.

    Raises:
        PermissionDenied: it is somebody else's.
    """
    with transaction.atomic():
        row = _own(comment, actor)
        record_event(action="comment_deleted", target=row.call, actor=actor, details={"comment": row.pk})
        row.delete()


def _own(comment: CallComment, actor: User) -> CallComment:
    row = CallComment.objects.select_for_update(of=("self",)).select_related("call").get(pk=comment.pk)
    if row.author_id != actor.pk:
        raise PermissionDenied(_("Only who wrote a comment may change it. Add one of your own instead."))
    return row


def _checked(text: str) -> str:
    words = text.strip()
    if not words:
        raise ValidationError(_("Write a comment first."))
    if len(words) > LONGEST_COMMENT:
        raise ValidationError(
            _("The comment is too long: %(length)s of at most %(most)s characters. Shorten it.")
            % {"length": len(words), "most": LONGEST_COMMENT}
        )
    return words
