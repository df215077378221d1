"""What can be refused about a review. Each error is a sentence that says what to do, with a code for programs."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from salesiq.people.models import User


class ReviewError(ValidationError):
    """Base of them all: `str(error.sentence)` is for people, `error.code` for programs."""

    def __init__(self, sentence: str, *, code: str, params: Any = None) -> None:
        super().__init__(sentence, code=code, params=params)
        self.sentence = sentence


class WrongStateError(ReviewError):
    """The review has got further, or not far enough, for what was asked."""

    def __init__(self, sentence: str, *, status: str) -> None:
        super().__init__(sentence, code="wrong_state")
        self.status = status


class NotForYouError(ReviewError):
    """It is somebody else's to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, code="not_for_you")


class StaleReviewError(ReviewError):
    """Somebody changed the review since `seen`. `version` is the present one; nothing of the late change was kept."""

    def __init__(self, *, seen: int, version: int, changed_by: User | None, changed_at: datetime) -> None:
        who = (changed_by.get_full_name() or changed_by.get_username()) if changed_by else _("Somebody")
        when = date_format(timezone.localtime(changed_at), "SHORT_DATETIME_FORMAT")
        sentence = _(
            "%(who)s changed this review on %(when)s, after you opened it. "
            "Load it again, then repeat what you changed since."
        ) % {"who": who, "when": when}
        super().__init__(sentence, code="stale_review")
        self.seen, self.version, self.changed_by, self.changed_at = seen, version, changed_by, changed_at


class AnswersError(ReviewError):
    """Answers that cannot be kept; `errors` holds a sentence by key of question."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(" ".join(errors.values()), code="invalid_answers")
        self.errors = dict(errors)


class UnansweredError(ReviewError):
    """Questions nobody answered; `keys` in the scorecard's order."""

    def __init__(self, *, keys: Sequence[str], names: Sequence[str]) -> None:
        sentence = _("Answer every question before you submit. Still open: %(names)s.") % {"names": "; ".join(names)}
        super().__init__(sentence, code="unanswered")
        self.keys = tuple(keys)


class AppealRefusedError(ReviewError):
    """No appeal against this answer, or not any more; `code` says why."""
