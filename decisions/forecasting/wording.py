"""What adjustments of the forecast are called, in the reader's language."""

from django.utils.translation import gettext as _


def adjustment_name(key: str) -> str:
    """What the handbook adds to, or takes from, the chance of a stage; one that a client made is called by its key."""
    return {
        "email_engagement": _("They write e-mails"),
        "demo_completed": _("A demo was given"),
        "proposal_sent": _("A proposal was sent"),
        "contract_review": _("The contract is under review"),
        "legal_involved": _("Lawyers are involved"),
        "competition_none": _("No competitor"),
        "competition_weak": _("Weak competition"),
        "competition_strong": _("Strong competition"),
        "incumbent": _("Another supplier is in place"),
        "older_than_average": _("It takes longer than won deals do"),
        "end_of_quarter": _("The quarter is ending"),
        "holidays": _("Holidays"),
        "budget": _("The budget is confirmed"),
        "authority": _("Who decides is in it"),
        "need": _("The need is clear"),
        "timeline": _("The time is agreed"),
    }.get(key, key.replace("_", " "))
