"""The fields that a call fills, by the names of prompts' variables."""

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Name: type, sensitivity, what it is.
FIELDS: Mapping[str, tuple[str, str, str | Promise]] = MappingProxyType(
    {
        "call.transcript": ("transcript", "personal", _("What was said, line by line, with who said it")),
        "call.title": ("text", "personal", _("Title of the call")),
        "call.notes": ("text", "personal", _("Notes that people took")),
        "call.started_at": ("date", "none", _("Day of the call, in the workspace's time zone")),
        "call.duration": ("number", "none", _("Length in seconds")),
        "call.minutes": ("number", "none", _("Length in minutes")),
        "call.type": ("text", "none", _("inbound, outbound or follow_up")),
        "call.language": ("text", "none", _("Language that was spoken: en, es, ru")),
        "call.region": ("text", "none", _("Region of the call")),
        "call.outcome": ("text", "none", _("What the call came to")),
        "call.outcome_reason": ("text", "personal", _("Why it is thought so")),
        "call.summary": ("list", "personal", _("Main sentences, chosen from what was said")),
        "call.objections": ("list", "personal", _("Objections: kind, words, whether they were answered")),
        "call.promises": ("list", "personal", _("What was promised, by whom, until when")),
        "call.intents": ("list", "personal", _("What the customer wants: kind and words")),
        "call.topics": ("list", "none", _("What was spoken about, with its share of the time")),
        "call.entities": ("list", "personal", _("Amounts, days, products, competitors that were named")),
        "call.compliance": ("list", "personal", _("What had to be said or must not be said, and what was found")),
        "call.quality_score": ("number", "none", _("Automatic quality score, 0 to 100")),
        "call.score_items": ("list", "personal", _("Points of each question of the scorecard, with the reason")),
        "call.conversion_probability": ("number", "none", _("Estimated probability of a sale, 0 to 1")),
        "call.talk": ("object", "none", _("Shares of talk, pauses, interruptions, questions")),
        "call.sentiment": ("object", "none", _("Mean sentiment of each side, -1 to 1")),
        "call.competitors": ("list", "none", _("Competitors that were named")),
        "customer.name": ("text", "personal", _("Name of the customer")),
        "customer.company": ("text", "none", _("Company of the customer, as the call's record has it")),
        "customer.phone": ("text", "personal", _("Telephone number; masked in redacted prompts")),
        "customer.email": ("text", "personal", _("E-mail address; masked in redacted prompts")),
        "customer.region": ("text", "none", _("Region of the customer")),
        "customer.earlier_calls": ("list", "personal", _("Up to five earlier calls: day, outcome, summary")),
        "agent.name": ("text", "personal", _("Who of us held the call")),
        "agent.team": ("text", "none", _("Team of the agent")),
        "agent.reviews": ("list", "personal", _("Up to five earlier reviews of the agent: day, total, feedback")),
        "script.name": ("text", "none", _("Script that the call is measured by")),
        "script.text": ("text", "none", _("That script, stage by stage")),
        "script.adherence": ("object", "none", _("How the call followed the script")),
        "scorecard.name": ("text", "none", _("Scorecard in use")),
        "scorecard.questions": ("list", "none", _("Its questions with guidance and possible answers")),
        "our.company": ("text", "none", _("Name of the workspace")),
        "competitor.name": ("text", "none", _("Competitors that were named in the call, as a text")),
        "competitor.mentions": ("list", "personal", _("Lines of the call in which a competitor was named")),
    }
)
