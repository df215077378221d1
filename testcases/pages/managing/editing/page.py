"""All that the editor shows, besides what is written in it."""

from typing import Any

from django.http import HttpRequest

from salesiq.people.models import User
from testcases.judging.forms import example_forms
from testcases.judging.rules.kinds import KINDS
from testcases.models import TestCase
from testcases.pages.managing.editing.about import AboutForm
from testcases.pages.managing.editing.draft import Draft, blank_criterion, blank_row, with_situations
from testcases.pages.managing.editing.rules import blank_node, kinds_for
from testcases.pages.managing.editing.situations import situation_choices


def rule_context() -> dict[str, Any]:
    """What rows of rules need to know."""
    return {"kinds": kinds_for(placed=False), "placed_kinds": kinds_for(placed=True)}


def editor_context(
    user: User, draft: Draft, about: AboutForm, request: HttpRequest | None = None, case: TestCase | None = None
) -> dict[str, Any]:
    """With `request` as it was sent, otherwise as it begins."""
    situations = situation_choices()
    with_situations(draft, situations)
    blank_reply = blank_row("replies")
    blank_reply.field("situation").choices = situations
    written = request.POST if request else {}
    return {
        "tc": "cases",
        "case": case,
        "draft": draft,
        "about": about,
        "why": written.get("why", ""),
        "is_unsaved": request is not None,
        "problem_count": draft.problem_count,
        "blanks": {
            "facts": blank_row("facts"), "objections": blank_row("objections"), "replies": blank_reply,
        },
        "blank_criterion": blank_criterion(),
        "blank_node": blank_node("__TOKEN__"),
        "bodies": [blank_node("__TOKEN__", kind) for kind in KINDS],
        "examples": [(at, each.name) for at, each in enumerate(example_forms())],
        **rule_context(),
    }  # fmt: skip
