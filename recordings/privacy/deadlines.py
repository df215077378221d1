"""By when a person must have an answer."""

import calendar
from datetime import date

from django.utils import timezone

from recordings.models.person_requests import PersonRequest


def due_on(request: PersonRequest) -> date:
    """One month after the request came in (GDPR Art. 12(3)): the same day, or the month's last where it has none."""
    day = timezone.localtime(request.received_at).date()
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
