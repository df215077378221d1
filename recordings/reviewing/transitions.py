"""The way of a review: one table of what may be done in which state. Everything else is refused with a sentence."""

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recordings.models.review import ReviewStatus
from recordings.reviewing.errors import WrongStateError


class Event(models.TextChoices):
    """What can happen to a review; also told to receivers of `review_changed`."""

    ASSIGN = "assigned", _("assigned")
    REASSIGN = "reassigned", _("given to somebody else")
    CANCEL = "cancelled", _("cancelled")
    START = "started", _("started")
    SAVE = "saved", _("changed")
    SUBMIT = "submitted", _("submitted")
    ACKNOWLEDGE = "acknowledged", _("acknowledged")
    APPEAL = "appealed", _("appealed against")
    WITHDRAW = "appeal_withdrawn", _("relieved of its appeal")
    DECIDE = "decided", _("decided")
    CLOSE = "closed", _("closed")
    OVERDUE = "overdue", _("reminded of")


_S = ReviewStatus
# event: {state it may happen in: states it may lead to}
TRANSITIONS: dict[Event, dict[ReviewStatus, frozenset[ReviewStatus]]] = {
    Event.REASSIGN: {_S.ASSIGNED: frozenset({_S.ASSIGNED}), _S.DRAFT: frozenset({_S.DRAFT})},
    Event.CANCEL: {_S.ASSIGNED: frozenset({_S.CANCELLED}), _S.DRAFT: frozenset({_S.CANCELLED})},
    Event.START: {_S.ASSIGNED: frozenset({_S.DRAFT}), _S.DRAFT: frozenset({_S.DRAFT})},
    Event.SAVE: {_S.ASSIGNED: frozenset({_S.DRAFT}), _S.DRAFT: frozenset({_S.DRAFT})},
    Event.SUBMIT: {_S.DRAFT: frozenset({_S.SUBMITTED})},
    Event.ACKNOWLEDGE: {
        _S.SUBMITTED: frozenset({_S.ACKNOWLEDGED}),
        _S.DECIDED: frozenset({_S.ACKNOWLEDGED}),
    },
    Event.APPEAL: {
        _S.SUBMITTED: frozenset({_S.APPEALED}),
        _S.APPEALED: frozenset({_S.APPEALED}),
        _S.DECIDED: frozenset({_S.APPEALED}),
    },
    # To where it was before: other appeals may be open, or decided already.
    Event.WITHDRAW: {_S.APPEALED: frozenset({_S.APPEALED, _S.DECIDED, _S.SUBMITTED})},
    Event.DECIDE: {_S.APPEALED: frozenset({_S.APPEALED, _S.DECIDED})},
    Event.CLOSE: {
        _S.SUBMITTED: frozenset({_S.CLOSED}),
        _S.ACKNOWLEDGED: frozenset({_S.CLOSED}),
        _S.DECIDED: frozenset({_S.CLOSED}),
    },
    Event.OVERDUE: {_S.ASSIGNED: frozenset({_S.ASSIGNED}), _S.DRAFT: frozenset({_S.DRAFT})},
}

_HINTS: dict[ReviewStatus, object] = {
    _S.ASSIGNED: _("Nobody has started it yet."),
    _S.DRAFT: _("It is still being written."),
    _S.SUBMITTED: _("It was submitted: the agent may now acknowledge or appeal."),
    _S.ACKNOWLEDGED: _("The agent has acknowledged it."),
    _S.APPEALED: _("An appeal against it waits to be decided."),
    _S.DECIDED: _("The appeals against it are decided."),
    _S.CLOSED: _("It is closed and stays as it is."),
    _S.CANCELLED: _("It was cancelled: have the call reviewed anew."),
}


def may_happen(event: Event, status: str) -> bool:
    """Whether `event` is possible for a review with `status`."""
    return ReviewStatus(status) in TRANSITIONS[event]


def require(event: Event, status: str, *, to: str | None = None) -> None:
    """Raise WrongStateError unless a review with `status` may have `event`, and get `to` by it where given."""
    known = ReviewStatus(status)
    targets = TRANSITIONS[event].get(known)
    if targets is None or (to is not None and to not in targets):
        refusal = gettext("This review cannot be %(event)s now. %(hint)s")
        sentence = refusal % {"event": event.label, "hint": _HINTS[known]}
        raise WrongStateError(sentence, status=known)
