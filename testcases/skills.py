"""Skills that cases train, and what tells them on real calls."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Skill:
    """`measure` tells it on real calls: a question of the standard scorecard; empty where calls do not tell it."""

    name: Any
    measure: str = ""


SKILLS: dict[str, Skill] = {
    "opening": Skill(_("Opening"), "greeting"),
    "discovery": Skill(_("Discovery"), "open_questions"),
    "listening": Skill(_("Listening"), "talk_ratio"),
    "objection_price": Skill(_("Answering price objections"), "objections"),
    "objection_timing": Skill(_("Answering timing objections"), "objections"),
    "objection_authority": Skill(_("Reaching the decision maker"), "objections"),
    "objection_competitor": Skill(_("Answering comparisons"), "objections"),
    "objection_trust": Skill(_("Winning trust"), "objections"),
    "value": Skill(_("Telling value")),
    "product_facts": Skill(_("Product facts")),
    "honesty": Skill(_("Promising only what holds"), "forbidden_phrases"),
    "empathy": Skill(_("Empathy"), "empathy"),
    "next_step": Skill(_("Agreeing a next step"), "next_step"),
    "closing": Skill(_("Closing"), "closing"),
    "upselling": Skill(_("Offering more")),
    "follow_up": Skill(_("Following up"), "next_step"),
    "compliance": Skill(_("Compliance"), "recording_disclosure"),
}


def name_of(skill: str) -> str:
    """In the reader's language; a client's own skill by its slug."""
    known = SKILLS.get(skill)
    return str(known.name) if known else skill.replace("_", " ").replace("-", " ").capitalize()
