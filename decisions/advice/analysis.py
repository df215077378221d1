"""The daily advice: every rule is asked, what was found is kept and told, and what was done is measured."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, cast

from decisions.advice.hearing import hear
from decisions.advice.keeping import keep
from decisions.advice.reading import Facts
from decisions.advice.rules.defaults import install_rules
from decisions.advice.telling import tell
from decisions.advice.worked import measure_outcomes
from decisions.documents import AdviceDocument
from decisions.models import AlertRule, Audience
from decisions.runs import Outcome


def analyse(
    audience: Audience, *, as_of: date, question: Mapping[str, Any], progress: Callable[[float], None]
) -> Outcome:
    """An AdviceDocument; findings stand in rows. Idempotent: the same day again finds and tells nothing anew.

    `rules` of the document: [{key, found, silent_because}] ("" where the rule could be asked).
    """
    install_rules(audience.client)
    facts = Facts(audience, as_of)
    every = AlertRule.objects.filter(client=audience.client_id).select_related("client")
    rules = [rule for rule in every if rule.is_active]
    heard = {}
    for place, rule in enumerate(rules):
        heard[rule] = hear(rule, facts)
        progress(0.9 * (place + 1) / len(rules))
    asked = {rule.pk for rule in every if not rule.is_active}  # what they found before may pass
    asked |= {rule.pk for rule, said in heard.items() if not said.silent_because}
    found = [(rule, draft) for rule, said in heard.items() for draft in said.drafts]
    kept = keep(audience, found, as_of=as_of, asked=asked)
    measure_outcomes(audience, as_of=as_of)
    tell(audience)
    document: AdviceDocument = {
        "opened": len(kept.opened), "kept": kept.kept, "closed": kept.closed,
        "rules": [{"key": rule.key, "found": len(said.drafts), "silent_because": said.silent_because}
                  for rule, said in heard.items()],
    }  # fmt: skip
    return Outcome(cast(dict[str, Any], document), rows=len(found))
