"""How long a call is kept, in sentences for whoever may see it: matters of holds are named, their reasons are not."""

from dataclasses import dataclass, replace

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from recordings.models import SalesCall
from recordings.privacy.holds import holds_of
from recordings.privacy.retention import decide
from recordings.privacy.retention_plan import facts_of, rules_in_force, today_of


@dataclass(frozen=True, slots=True)
class Keeping:
    """`holds`: one sentence a hold; `rule`: what retention will do and when, empty where no rule reaches the call."""

    holds: list[str]
    rule: str


def keeping_of(call: SalesCall) -> Keeping:
    """Two queries."""
    holds = [
        _("On legal hold: “%(matter)s”, to be reviewed by %(day)s")
        % {"matter": hold.matter, "day": date_format(hold.until, "Y-m-d")}
        for hold in holds_of(call)
    ]
    facts = replace(facts_of(call, held=bool(holds)), held=False)
    decision = decide(facts, rules_in_force(call.client), today_of(call.client))
    return Keeping(holds, decision.reason if decision.due else "")
