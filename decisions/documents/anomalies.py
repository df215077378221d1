"""How much was looked at for what is unusual. Pure types."""

from typing import Any, TypedDict


class AnomaliesDocument(TypedDict):
    """Anomalies stand in rows of their own (`Anomaly`); here how many were looked at and the stated share of false
    alarms: `kinds`: [{kind, measure, looked_at, found, false_alarms, since, until, says}]. `kind` call | agent | day;
    `false_alarms` is the share of what is found that may be false, at most (0 to 1), over all measures of a kind;
    `says`: found | quiet | too_little."""

    since: str
    until: str
    kinds: list[dict[str, Any]]
