"""The fields that CRM records fill, by the names of prompts' variables."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from prompts.context.registry import ContextField

Fields = Mapping[str, tuple[str, str, str | Promise]]

# Name: type, sensitivity, what it is.
DEAL: Fields = {
    "deal.title": ("text", "none", _("Name of the deal")),
    "deal.amount": ("number", "none", _("What it is worth, without currency")),
    "deal.currency": ("text", "none", _("ISO 4217 code of the amount")),
    "deal.stage": ("text", "none", _("Step of the pipeline")),
    "deal.status": ("text", "none", _("open, won or lost")),
    "deal.pipeline": ("text", "none", _("Pipeline")),
    "deal.product": ("text", "none", _("Product that is sold")),
    "deal.source": ("text", "none", _("Where the deal came from")),
    "deal.created_on": ("date", "none", _("Day on which it was opened")),
    "deal.expected_close": ("date", "none", _("Day on which it is expected to close")),
    "deal.closed_on": ("date", "none", _("Day on which it was closed")),
    "deal.lost_reason": ("text", "none", _("Why it was lost")),
    "deal.days_in_stage": ("integer", "none", _("How many days it has stood in this step")),
    "deal.history": ("list", "none", _("Steps with the days on which it entered them")),
    "deal.activities": ("list", "personal", _("The last ten activities: day, kind, subject, outcome")),
    "deal.tasks": ("list", "personal", _("What is to be done: subject and day")),
    "deal.calls": ("list", "personal", _("Its last five calls: day, outcome")),
    "deal.custom": ("object", "none", _("Fields of the workspace's own")),
}
COMPANY: Fields = {
    "company.name": ("text", "none", _("The customer's company, empty for a private person")),
    "company.industry": ("text", "none", _("What the company does")),
    "company.country": ("text", "none", _("Country")),
    "company.region": ("text", "none", _("Region")),
    "company.city": ("text", "none", _("City, from the workspace's own field “city”")),
    "company.employees": ("integer", "none", _("How many people work there")),
    "company.annual_revenue": ("number", "none", _("Annual revenue")),
    "company.founded": ("integer", "none", _("Year of foundation")),
    "company.domain": ("text", "none", _("Internet domain")),
    "company.deals": ("list", "none", _("Its last ten deals: title, stage, status, amount")),
    "company.custom": ("object", "none", _("Fields of the workspace's own")),
}
LEAD: Fields = {
    "lead.status": ("text", "none", _("new, working, qualified, converted or disqualified")),
    "lead.source": ("text", "none", _("Where the lead came from")),
    "lead.campaign": ("text", "none", _("Campaign")),
    "lead.region": ("text", "none", _("Region")),
    "lead.created_on": ("date", "none", _("Day on which it came in")),
    "lead.activities": ("list", "personal", _("The last ten activities: day, kind, subject, outcome")),
    "lead.custom": ("object", "none", _("Fields of the workspace's own")),
}
PEOPLE: Fields = {
    "customer.name": ("text", "personal", _("Name of the customer")),
    "customer.company": ("text", "none", _("Company of the customer")),
    "customer.job_title": ("text", "personal", _("Job title of the customer")),
    "customer.phone": ("text", "personal", _("Telephone number; masked in redacted prompts")),
    "customer.email": ("text", "personal", _("E-mail address; masked in redacted prompts")),
    "customer.region": ("text", "none", _("Region of the customer")),
    "agent.name": ("text", "personal", _("Who of us owns the record")),
    "agent.team": ("text", "none", _("Team of the agent")),
    "our.company": ("text", "none", _("Name of the workspace")),
}
COMPETITOR: Fields = {
    "competitor.name": ("text", "none", _("Competitors that were named in the deal's calls, as a text")),
    "competitor.mentions": ("list", "personal", _("Up to twenty lines in which they were named")),
}


def declared(*groups: Fields) -> dict[str, ContextField]:
    """Fields as the registry knows them, in the reader's language."""
    rows = {name: row for group in groups for name, row in group.items()}
    return {name: ContextField(kind, sensitivity, str(told)) for name, (kind, sensitivity, told) in rows.items()}
