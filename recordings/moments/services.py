"""Making, publishing and sharing moments."""

import hashlib
import secrets
from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from recordings.models import Moment, MomentShare, SalesCall, Utterance
from salesiq.audit.services import record_event
from salesiq.people.models import User
from salesiq.people.roles import Capability

LONGEST_SECONDS = 180.0
DEFAULT_DAYS, MOST_DAYS = 14, 90
SECRET_BYTES = 32


class ShareOverError(Exception):
    """The link has expired or was revoked; the sentence says which."""


def make_moment(
    *, call: SalesCall, start: float, end: float, title: str, actor: User, note: str = "", skill: str = ""
) -> Moment:
    """Keep a stretch of `call` (seconds), which must be redacted. It is seen by whoever sees the call until it is
    published.

    Raises:
        ValidationError: the stretch is empty, too long or not in the call; no title; or the call may not be heard.
    """
    if not is_audible(call):
        raise ValidationError(_("The call cannot be heard, so that nothing of it can be kept."))
    start, end = _stretch(call, start, end)
    if not title.strip():
        raise ValidationError(_("Give the moment a title."))
    with transaction.atomic():
        moment = Moment.objects.create(
            client_id=call.client_id,
            call=call,
            start=start,
            end=end,
            title=title.strip()[:200],
            note=note.strip()[:2000],
            skill=skill[:60],
            created_by=actor,
        )
        details = {"call": str(call.pk), "start": start, "end": end}
        record_event(action="moment_made", target=moment, actor=actor, details=details)
    return moment


def _stretch(call: SalesCall, start: float, end: float) -> tuple[float, float]:
    longest = call.call_duration or Utterance.objects.filter(call=call).order_by("-end").values_list("end").first()
    last = float(longest[0] if isinstance(longest, tuple) else longest or 0.0)
    start, end = max(0.0, start), min(end, last)
    if not start < end:
        raise ValidationError(_("The end must come after the start, and both must lie within the call."))
    if end - start > LONGEST_SECONDS:
        raise ValidationError(_("A moment is at most %(n)d minutes long.") % {"n": LONGEST_SECONDS / 60})
    return round(start, 2), round(end, 2)


def is_audible(call: SalesCall) -> bool:
    """Whether a stretch of it may be heard and read: redacted, lawful, not anonymised, and its sound is there."""
    recording = getattr(call, "recording", None)
    return bool(
        call.is_redacted and not call.is_held_back and call.anonymised_at is None and recording and recording.playback
    )


def change_moment(*, moment: Moment, title: str, note: str, skill: str, actor: User) -> Moment:
    """Other words for it; its stretch stays.

    Raises:
        ValidationError: no title.
    """
    if not title.strip():
        raise ValidationError(_("Give the moment a title."))
    with transaction.atomic():
        moment.title, moment.note, moment.skill = title.strip()[:200], note.strip()[:2000], skill[:60]
        moment.save(update_fields=["title", "note", "skill", "updated_at"])
        record_event(action="moment_changed", target=moment, actor=actor)
    return moment


def publish_moment(*, moment: Moment, actor: User) -> Moment:
    """Put it into the library, where everybody of the client who sees calls hears it."""
    with transaction.atomic():
        row = Moment.objects.select_for_update().get(pk=moment.pk)
        if row.published_at is None:
            row.published_at = timezone.now()
            row.save(update_fields=["published_at", "updated_at"])
            record_event(action="moment_published", target=row, actor=actor)
    return row


def withdraw_moment(*, moment: Moment, actor: User) -> Moment:
    """Take it out of the library; its links end with it. Coaches may, and the agent who is heard in it.

    Raises:
        PermissionDenied: for everybody else.
    """
    if not may_withdraw(moment, actor):
        raise PermissionDenied
    with transaction.atomic():
        row = Moment.objects.select_for_update().get(pk=moment.pk)
        ended = row.shares.filter(revoked_at__isnull=True).update(revoked_at=timezone.now())
        if row.published_at is not None or ended:
            row.published_at = None
            row.save(update_fields=["published_at", "updated_at"])
            record_event(action="moment_withdrawn", target=row, actor=actor, details={"links_ended": ended})
    return row


def may_withdraw(moment: Moment, user: User) -> bool:
    """Who coaches the agent, and the agent who is heard: nobody is made an example of against their will."""
    if user.can(Capability.COACH):
        return SalesCall.objects.visible_to(user).filter(pk=moment.call_id).exists()
    agent = moment.call.agent
    return bool(agent and agent.user_id == user.pk)


def delete_moment(*, moment: Moment, actor: User) -> None:
    with transaction.atomic():
        record_event(action="moment_deleted", target=moment, actor=actor)
        moment.delete()


def share_moment(*, moment: Moment, actor: User, days: int = DEFAULT_DAYS) -> tuple[MomentShare, str]:
    """A link for `days` (1 to 90), and its secret, which is kept nowhere: only its SHA-256 is.

    Raises:
        ValidationError: another number of days.
    """
    if not 1 <= days <= MOST_DAYS:
        raise ValidationError(_("A link is open for 1 to %(n)d days.") % {"n": MOST_DAYS})
    secret = secrets.token_urlsafe(SECRET_BYTES)
    with transaction.atomic():
        share = MomentShare.objects.create(
            moment=moment,
            secret_sha256=_hash(secret),
            expires_at=timezone.now() + timedelta(days=days),
            created_by=actor,
        )
        record_event(action="moment_shared", target=moment, actor=actor, details={"share": str(share.pk), "days": days})
    return share, secret


def revoke_share(*, share: MomentShare, actor: User) -> MomentShare:
    """The link opens nothing from now on."""
    with transaction.atomic():
        if share.revoked_at is None:
            share.revoked_at = timezone.now()
            share.save(update_fields=["revoked_at", "updated_at"])
            details = {"share": str(share.pk)}
            record_event(action="moment_share_revoked", target=share.moment, actor=actor, details=details)
    return share


def find_share(secret: str, *, user: User) -> MomentShare | None:
    """The link of `secret` where it is of the user's own client, whether it is over or not."""
    shares = MomentShare.objects.select_related("moment__call__recording", "moment__call__agent", "moment__client")
    share = shares.filter(secret_sha256=_hash(secret)).first()
    if share is None or not (user.is_superuser or share.moment.client_id == user.client_id):
        return None
    return share


def open_share(*, share: MomentShare, user: User, request: HttpRequest | None = None) -> Moment:
    """The moment behind a link; each opening is counted and told to the audit trail.

    Raises:
        ShareOverError: it has expired, was revoked, or the call may not be heard any more.
    """
    require_open(share)
    with transaction.atomic():
        MomentShare.objects.filter(pk=share.pk).update(opened=F("opened") + 1, last_opened_at=timezone.now())
        details = {"share": str(share.pk)}
        record_event(action="moment_share_opened", target=share.moment, actor=user, request=request, details=details)
    return share.moment


def require_open(share: MomentShare) -> None:
    """Raise ShareOverError unless the link still opens."""
    if share.revoked_at is not None:
        raise ShareOverError(_("This link was taken back."))
    if share.expires_at <= timezone.now():
        raise ShareOverError(_("This link has expired."))
    if not is_audible(share.moment.call):
        raise ShareOverError(_("The call behind this link may not be heard any more."))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
