"""Why a criterion was judged so, in the reader's language."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext, ngettext

from testcases.judging.rules import composed, placed, talking
from testcases.judging.rules.types import Judged

# Sentences that say how many there are: one is told otherwise than several.
_COUNTED: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    placed.SAID_OF: lambda values: ngettext(
        "%(found)d of the %(need)d that are asked for is said.",
        "%(found)d of the %(need)d that are asked for are said.", values["found"],
    ),
    placed.ASKED: lambda values: ngettext(
        "%(found)d of the questions is asked.", "%(found)d of the questions are asked.", values["found"]
    ),
    composed.SOME: lambda values: ngettext(
        "%(met)d of %(all)d parts is met.", "%(met)d of %(all)d parts are met.", values["met"]
    ),
    talking.IN_TIME: lambda values: ngettext(
        "It comes after %(seconds)d second.", "It comes after %(seconds)d seconds.", values["seconds"]
    ),
    talking.LATE: lambda values: ngettext(
        "It comes after %(seconds)d second, later than asked for.",
        "It comes after %(seconds)d seconds, later than asked for.", values["seconds"],
    ),
    talking.TURNS_AFTER: lambda values: ngettext(
        "It comes %(turns)d turn later.", "It comes %(turns)d turns later.", values["turns"]
    ),
    talking.COUNTED: lambda values: ngettext(
        "It is found %(count)d time.", "It is found %(count)d times.", values["count"]
    ),
    talking.STEPS_MISSING: lambda values: ngettext(
        "%(missing)d of %(steps)d steps is not found.", "%(missing)d of %(steps)d steps are not found.",
        values["missing"],
    ),
    talking.NOT_ANSWERED: lambda values: ngettext(
        "It is not answered in the next %(turns)d turn.", "It is not answered in the next %(turns)d turns.",
        values["turns"],
    ),
}  # fmt: skip


def reason_of(judged: Judged) -> str:
    """The sentence with its values."""
    counted = _COUNTED.get(judged.reason)
    return (counted(judged.values) if counted else gettext(judged.reason)) % judged.values
