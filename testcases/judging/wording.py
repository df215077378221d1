"""Why a criterion was judged so, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, ngettext_lazy

from testcases.judging.rules import composed, placed, talking
from testcases.judging.rules.types import Judged

# Sentences that say how many there are, and by which of their values: one is told otherwise than several.
_COUNTED: Mapping[str, Any] = {
    placed.SAID_OF: ngettext_lazy(
        "%(found)d of the %(need)d that are asked for is said.",
        "%(found)d of the %(need)d that are asked for are said.", "found",
    ),
    placed.ASKED: ngettext_lazy(
        "%(found)d of the questions is asked.", "%(found)d of the questions are asked.", "found"
    ),
    composed.SOME: ngettext_lazy("%(met)d of %(all)d parts is met.", "%(met)d of %(all)d parts are met.", "met"),
    talking.IN_TIME: ngettext_lazy(
        "It comes after %(seconds)d second.", "It comes after %(seconds)d seconds.", "seconds"
    ),
    talking.LATE: ngettext_lazy(
        "It comes after %(seconds)d second, later than asked for.",
        "It comes after %(seconds)d seconds, later than asked for.", "seconds",
    ),
    talking.TURNS_AFTER: ngettext_lazy("It comes %(turns)d turn later.", "It comes %(turns)d turns later.", "turns"),
    talking.COUNTED: ngettext_lazy("It is found %(count)d time.", "It is found %(count)d times.", "count"),
    talking.STEPS_MISSING: ngettext_lazy(
        "%(missing)d of %(steps)d steps is not found.", "%(missing)d of %(steps)d steps are not found.", "missing"
    ),
    talking.NOT_ANSWERED: ngettext_lazy(
        "It is not answered in the next %(turns)d turn.", "It is not answered in the next %(turns)d turns.", "turns"
    ),
}  # fmt: skip


def reason_of(judged: Judged) -> str:
    """The sentence with its values."""
    sentence = _COUNTED.get(judged.reason) or gettext(judged.reason)
    return str(sentence % judged.values)
