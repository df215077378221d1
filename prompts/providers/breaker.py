"""Leaves a provider alone that fails time after time, for all processes alike (circuit breaker; Nygard, Release It!).

After FAILURES failures in a row it rests, longer each time. Then one request may try it; if that is answered, all may.
"""

from datetime import timedelta

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from prompts.models import ModelProvider
from prompts.providers.errors import ErrorKind, ModelError

FAILURES = 5
REST_SECONDS, LONGEST_REST_SECONDS = 30.0, 600.0
COUNTED = frozenset({ErrorKind.UNREACHABLE, ErrorKind.TIMEOUT, ErrorKind.SERVER_ERROR, ErrorKind.TRUNCATED})


def check_awake(provider: ModelProvider) -> None:
    """Lets a request through, or raises ModelError while the provider rests: `rate_limited` where it asked for that."""
    now = timezone.now()
    row = ModelProvider.objects.only("resting_until", "failures", "last_error").filter(pk=provider.pk).first()
    if row is None or row.resting_until is None:
        return
    until, failures, said = row.resting_until, row.failures, row.last_error
    if until <= now:
        if failures < FAILURES:
            return
        # Of all that come now, one tries; the others wait until it knows.
        probe = now + timedelta(seconds=provider.timeout_seconds)
        if ModelProvider.objects.filter(pk=provider.pk, resting_until=until).update(resting_until=probe):
            return
        until = probe
    seconds = (until - now).total_seconds()
    message = _("%(name)s is left alone for %(seconds)s seconds. It said: %(error)s")
    values = {"name": provider.name, "seconds": int(seconds) + 1, "error": said}
    kind = ErrorKind.RATE_LIMITED if failures < FAILURES else ErrorKind.UNREACHABLE
    raise ModelError(kind, message % values, retry_after=seconds)


def note_success(provider: ModelProvider) -> None:
    troubled = Q(failures__gt=0) | Q(resting_until__isnull=False) | ~Q(last_error="")
    ModelProvider.objects.filter(troubled, pk=provider.pk).update(failures=0, resting_until=None, last_error="")


def note_failure(provider: ModelProvider, error: ModelError) -> None:
    """Counts the failure where it is the endpoint's; a rate limit that names its end is kept by all."""
    rows = ModelProvider.objects.filter(pk=provider.pk)
    if error.kind is ErrorKind.RATE_LIMITED and error.retry_after:
        until = timezone.now() + timedelta(seconds=min(error.retry_after, LONGEST_REST_SECONDS))
        rows.update(resting_until=until, last_error=error.message[:300])
    elif error.kind in COUNTED:
        rows.update(failures=F("failures") + 1, last_error=error.message[:300])
        failures = rows.values_list("failures", flat=True).first() or 0
        if failures >= FAILURES:
            rest = min(REST_SECONDS * 2 ** min(failures - FAILURES, 10), LONGEST_REST_SECONDS)
            rows.update(resting_until=timezone.now() + timedelta(seconds=rest))
    elif error.kind in (ErrorKind.REFUSED_KEY, ErrorKind.WRONG_MODEL, ErrorKind.PRIVATE_ADDRESS):
        rows.update(last_error=error.message[:300])
