"""The words that the screen's scripts say, and its list of keys. Scripts hold no words, so that all are translated."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from recordings.models import ReviewStatus


def words() -> dict[str, Any]:
    """By the names that static/salesiq/review uses; {braces} are filled in there."""
    return {
        "states": {
            "saved": _("Saved at {time}"),
            "waiting": _("Not saved yet"),
            "saving": _("Saving…"),
            "offline": _("The server cannot be reached. Your answers are kept in this window and sent again."),
            "signed-out": _("You were signed out. Sign in in another tab; your answers are kept in this window."),
            "failed": _("Not saved."),
            "refused": _("Not saved: this review cannot be changed any more."),
            "conflict": _("Not saved: choose between two answers first"),
        },
        "draft": str(ReviewStatus.DRAFT.label),
        "bands": {"silence": _("silence"), "overlap": _("both at once")},
        **_of_questions(),
        **_of_transcript(),
        **_of_conflicts(),
    }


def _of_questions() -> dict[str, str]:
    return {
        "pin": _("Pin"),
        "pinTitle": _("Pin the moment to the answer"),
        "unpin": _("Take the moment away"),
        "open": _("Open:"),
        "allAnswered": _("All questions are answered."),
        "failed": _("“{name}” is critical and failed: the call gets 0."),
        "feedback": _("Feedback for the agent"),
        "notSaved": _("Your last answers are not saved yet. Wait until they are, then submit."),
        "notReached": _("The server could not be reached. Check your connection and try again."),
        "again": _("Try again"),
    }


def _of_transcript() -> dict[str, str]:
    return {
        "weak": _("low confidence"),
        "corrected": _("Corrected"),
        "heard": _("Heard by the machine: “{text}” ({who})."),
        "correctedBy": _("Corrected by {name}."),
        "editLine": _("Correct this line"),
        "commentHere": _("Comment here"),
        "keepLine": _("Save moment"),
        "edit": _("Edit"),
        "delete": _("Delete"),
        "deleteComment": _("Delete this comment?"),
        "hiddenFromAgent": _("hidden from the agent"),
        "somebody": _("Somebody"),
        "noMoments": _("Nothing was found."),
    }


def _of_conflicts() -> dict[str, str]:
    return {
        "otherWindow": _("You, in another window,"),
        "conflict": _("{who} changed it at {when}. Choose for each question: your answers are not saved yet."),
        "merged": _("{who} changed it at {when}. Nothing of yours is lost: both are here now."),
        "taken": _("Taken over: {list}."),
        "keepMine": _("Keep mine"),
        "loadTheirs": _("Load theirs"),
        "ok": _("Go on"),
    }


@dataclass(frozen=True, slots=True)
class Key:
    caps: tuple[str, ...]
    does: str


@dataclass(frozen=True, slots=True)
class KeyGroup:
    name: str
    keys: list[Key]


def key_groups() -> list[KeyGroup]:
    """What each key does; the table that acts stands in static/salesiq/review/main.js."""
    return [
        KeyGroup(
            _("Answer"),
            [
                Key(("1", "–", "9"), _("Answer the question and go on")),
                Key(("0",), _("Does not apply")),
                Key(("a",), _("Agree with the automatic answer")),
                Key(("⌫",), _("Take the answer back")),
                Key(("j", "k"), _("Next, previous question (also ↓ ↑)")),
                Key(("o",), _("Next open question")),
                Key(("m",), _("Note on the question")),
                Key(("t",), _("Pin the moment to the answer")),
                Key(("i",), _("Guidance")),
                Key(("p",), _("Play the evidence")),
                Key(("w",), _("Write feedback")),
            ],
        ),
        KeyGroup(
            _("Listen"),
            [
                Key((_("Space"),), _("Play or pause")),
                Key(("←", "→"), _("Back, forward 5 seconds")),
                Key(("J", "K"), _("Next, previous line")),
                Key(("[", "]"), _("Slower, faster")),
            ],
        ),
        KeyGroup(
            _("Read"),
            [
                Key(("/",), _("Search in the transcript")),
                Key(("n", "N"), _("Next, previous match")),
                Key(("c",), _("Comment at the present time")),
                Key(("e",), _("Correct the present line")),
            ],
        ),
        KeyGroup(
            _("Go"),
            [
                Key(("s",), _("Submit")),
                Key(("g",), _("Next call")),
                Key(("?",), _("Show these keys")),
            ],
        ),
    ]
