"""Asks each rule: by its figure, or by the source of its name."""

from collections.abc import Callable, Iterator, Mapping

import structlog

from analytics.metrics import METRICS
from decisions.advice.drafts import Draft, Heard
from decisions.advice.parameters import problems_of
from decisions.advice.reading import Facts, SilentError
from decisions.advice.rules.asking import hear_rule
from decisions.advice.sources import explaining, forecasting, pairs, record, winrate
from decisions.models import AlertRule

Source = Callable[[AlertRule, Facts], Iterator[Draft]]

SOURCES: Mapping[str, Source] = {
    "segment_changes": winrate.changes,
    "segments": winrate.segments,
    "pairs": pairs.pairs,
    "coaching": winrate.coaching,
    "drivers": explaining.drivers,
    "practices": explaining.practices,
    "anomalies": explaining.anomalies,
    "forecast_to_target": forecasting.target,
    "deals_at_risk": forecasting.deals_at_risk,
    "follow_ups": record.follow_ups,
    "stage_passing": record.stages,
    "data": record.data,
}

log = structlog.get_logger(__name__)


def hear(rule: AlertRule, facts: Facts) -> Heard:
    """What a rule finds now, or why it says nothing: a rule that cannot be asked keeps no other from being heard."""
    if problems := problems_of(rule):
        return Heard(silent_because=" ".join(problems.values()))
    try:
        if rule.metric in METRICS:
            return Heard(hear_rule(rule, facts))
        return Heard(list(SOURCES[rule.metric](rule, facts)))
    except SilentError as error:
        return Heard(silent_because=str(error))
    except (KeyError, TypeError, AttributeError, ZeroDivisionError):  # a document of another shape than agreed
        log.exception("rule_not_heard", rule=rule.key)
        return Heard(silent_because="document")
