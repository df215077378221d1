"""The page to read in two minutes: what changed, why or that nothing explains it, how sure that is, what to do."""

from typing import Any

from decisions.advice.selectors import list_findings
from decisions.models import FindingStatus, RunKind
from decisions.pages.finding_rows import rows_of
from decisions.pages.frame import Reading, decision_page
from decisions.pages.gate import doubts_of, pairs_of_notes
from decisions.pages.headline import headline_of
from decisions.pages.names import names_of
from decisions.pages.outlook import outlooks_of
from decisions.pages.reasons import pairs_of_reasons, reason_of_change, reason_of_drivers
from decisions.pages.tiles import forecast_tile, velocity_tile, win_rate_tile

MOST_ACTIONS, MOST_DOUBTS = 3, 4


@decision_page("decisions", kinds=(RunKind.WINRATE, RunKind.DRIVERS, RunKind.FORECAST, RunKind.ADVICE))
def today(reading: Reading) -> dict[str, Any]:
    win_rate, drivers = reading.document(RunKind.WINRATE), reading.document(RunKind.DRIVERS)
    forecast, numbers = reading.document(RunKind.FORECAST), reading.numbers
    runs = [reading.served(kind) for kind in (RunKind.WINRATE, RunKind.DRIVERS, RunKind.FORECAST)]
    names = names_of(reading.client, [*pairs_of_reasons(win_rate, drivers), *pairs_of_notes(runs)])
    doubts = doubts_of(runs, names, numbers)
    rate_url, forecast_url = reading.url("analytics-win-rate"), reading.url("analytics-forecast")
    findings = list_findings(user=reading.user, statuses=[FindingStatus.OPEN]).filter(client=reading.client)
    return {
        "headline": headline_of(win_rate, numbers),
        "tiles": [
            win_rate_tile(win_rate, numbers, rate_url),
            velocity_tile(win_rate, numbers, f"{rate_url}#velocity"),
            forecast_tile(forecast, numbers, forecast_url),
        ],
        "reasons": [
            reason
            for reason in (
                reason_of_change(win_rate, names, numbers), reason_of_drivers(drivers, names, numbers),
            )
            if reason is not None
        ],
        "actions": rows_of(findings[:MOST_ACTIONS], numbers, reading.client_query),
        "drivers_url": reading.url("analytics-drivers"),
        "findings_url": reading.url("analytics-findings"),
        "forecast_url": forecast_url,
        "outlooks": outlooks_of(forecast, numbers),
        "doubts": doubts[:MOST_DOUBTS],
        "more_doubts": max(0, len(doubts) - MOST_DOUBTS),
        "has_anything": any(run is not None for run in runs),
    }  # fmt: skip
