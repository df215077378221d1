"""Words for the keys that the analysis uses, in the reader's language."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from recordings.models import StageName

Labels = Mapping[str, str | Promise]

LANGUAGES: Labels = {"en": _("English"), "es": _("Spanish"), "ru": _("Russian")}

# What stands in a transcript in the place of what was masked.
MASKED: Labels = {
    "card": _("card data"),
    "number": _("card number"),
    "cvv": _("security code"),
    "expiry": _("expiry date"),
    "bank_account": _("bank account"),
    "national_id": _("id number"),
    "password": _("password"),
    "birth_date": _("date of birth"),
    "phone": _("phone"),
    "email": _("e-mail"),
    "address": _("address"),
    "name": _("name"),
}

ROLES: Labels = {"agent": _("Agent"), "customer": _("Customer"), "unknown": _("Unknown speaker")}

INTENTS: Labels = {
    "purchase": _("Wants to buy"),
    "pricing": _("Asks the price"),
    "product_information": _("Asks about the product"),
    "demo": _("Wants a demo"),
    "meeting": _("Meeting"),
    "callback": _("Call back"),
    "send_information": _("Wants information sent"),
    "negotiation": _("Negotiates"),
    "not_interested": _("Not interested"),
    "complaint": _("Complaint"),
    "support": _("Needs support"),
    "cancellation": _("Wants to cancel"),
}

OBJECTIONS: Labels = {
    "price": pgettext_lazy("objection", "Price"),
    "timing": pgettext_lazy("objection", "Timing"),
    "authority": pgettext_lazy("objection", "Authority"),
    "need": pgettext_lazy("objection", "Need"),
    "competitor": pgettext_lazy("objection", "Competitor"),
    "trust": pgettext_lazy("objection", "Trust"),
    "feature": pgettext_lazy("objection", "Missing feature"),
}

COMPLIANCE: Labels = {
    "recording_disclosure": _("Says the call is recorded"),
    "identification": _("Gives name and company"),
    "consent": _("Customer agrees to go on"),
    "terms_disclosure": _("States price and contract terms"),
    "do_not_call": _("Customer asks not to be called"),
    "guarantee_claim": _("Makes an absolute promise"),
    "pressure": _("Puts the customer under pressure"),
    "card_number": _("A card number is spoken"),
}

ENTITIES: Labels = {
    "person": _("People"),
    "company": _("Companies"),
    "competitor": _("Competitors"),
    "product": _("Products"),
    "money": _("Money"),
    "date": _("Dates"),
    "percent": _("Percentages"),
    "phone": _("Phone numbers"),
    "email": _("E-mail addresses"),
    "quantity": _("Quantities"),
}

TOPICS: Labels = {
    "pricing": _("Pricing"),
    "features": _("Features"),
    "integration": _("Integration"),
    "implementation": _("Implementation"),
    "contract": _("Contract"),
    "support": _("Support"),
    "competition": _("Competition"),
    "security": _("Security"),
    "decision_process": _("Decision process"),
    "timeline": _("Timeline"),
    "payment": _("Payment"),
    "training": _("Training"),
    "delivery": _("Delivery"),
}

SENTIMENTS: Labels = {
    "negative": pgettext_lazy("sentiment", "Negative"),
    "neutral": pgettext_lazy("sentiment", "Neutral"),
    "positive": pgettext_lazy("sentiment", "Positive"),
}

STAGES: Labels = dict(StageName.choices)


# The standard scorecard's criteria; a workspace's own carry the names their authors gave them.
CRITERIA: Labels = {
    "greeting": _("Greeting and introduction"),
    "recording_disclosure": _("Recording disclosed"),
    "talk_ratio": _("Talking and listening"),
    "questions": _("Questions asked"),
    "open_questions": _("Open questions"),
    "monologue": _("No long monologues"),
    "patience": _("Patience"),
    "interruptions": _("No interruptions"),
    "pace": _("Clear pace"),
    "objections": _("Objections handled"),
    "empathy": _("Empathy"),
    "closing": _("Closing attempt"),
    "next_step": _("Next step agreed"),
    "script": _("Script followed"),
    "customer_sentiment": _("Customer’s mood"),
    "forbidden_phrases": _("Nothing forbidden"),
}

STAGE_RESULTS: Labels = {
    "hit": _("Said as written"),
    "paraphrased": _("Said in other words"),
    "out_of_order": _("Out of order"),
    "missed": _("Missed"),
}

VERDICTS: Labels = {"present": _("Found"), "missing": _("Missing"), "violation": _("Violation")}

AUDIO_RATINGS: Labels = {
    "good": pgettext_lazy("sound", "Good"),
    "fair": pgettext_lazy("sound", "Fair"),
    "poor": pgettext_lazy("sound", "Poor"),
}


def label(labels: Labels, key: str) -> str:
    """The label of `key`; an unknown key in readable form, so that a newer analysis never breaks the page."""
    return str(labels[key]) if key in labels else key.replace("_", " ").capitalize()
