"""The letter with new findings. No name of a person stands in it: those are read on the page, by who may."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.metrics import Unit
from analytics.reports.words import value_in_words
from decisions.advice import wording
from decisions.advice.naming import names_of
from decisions.models import Finding
from salesiq.people.models import Client


@dataclass(frozen=True, slots=True)
class Letter:
    subject: str
    text: str
    html: str


def letter_of(findings: Sequence[Finding], client: Client, *, more: int) -> Letter:
    """In the language that is active; `more` are new findings that the letter leaves out."""
    names = names_of(findings, with_people=False)
    rows: list[dict[str, Any]] = [
        {
            "sentence": wording.sentence(finding, names=names),
            "action": wording.action(finding),
            "certainty": wording.certainty(finding),
            "money": value_in_words(float(finding.money), Unit.MONEY, currency=client.currency, compact=True)
            if finding.money
            else "",
            "url": f"{settings.PUBLIC_URL}/analytics/findings/{finding.pk}",
        }
        for finding in findings
    ]
    site = f"{settings.PUBLIC_URL}/analytics"
    context = {"findings": rows, "more": max(0, more), "client": client.name, "all": f"{site}/findings",
               "settings": f"{site}/rules"}  # fmt: skip
    count = len(rows) + max(0, more)
    subject = ngettext("%(count)d new recommendation", "%(count)d new recommendations", count) % {"count": count}
    return Letter(
        subject=_("%(client)s: %(what)s") % {"client": client.name, "what": subject},
        text=render_to_string("decisions/mail/findings.txt", context),
        html=render_to_string("decisions/mail/findings.html", context),
    )
