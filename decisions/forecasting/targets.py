"""What revenue was to be reached in the periods of a forecast."""

from analytics.asking import targets_of
from analytics.questions import Filters, Grain
from decisions.forecasting.periods import Period
from decisions.models import Audience
from salesiq.people.models import User


def target_of(audience: Audience, period: Period) -> float | None:
    """The audience's target of revenue in the period; None without one, and while some of its months have none yet: a
    part of a target would always be reached."""
    teams = () if audience.is_everyone else tuple(audience.teams.values_list("pk", flat=True))
    if not audience.is_everyone and not teams:
        return None
    # Whose rows count follows from the filters; whoever works analyses sees all of a client.
    worker = User(username="analysis", is_superuser=True, is_active=True)
    filters = Filters(since=period.since, until=period.until, client=audience.client_id, teams=teams)
    found = targets_of("revenue", user=worker, filters=filters, grain=Grain.MONTH)
    months = {step for _key, step in found}
    return float(sum(found.values())) if len(months) == period.months else None
