"""`/healthz`: is this installation able to work? Which checks there are stands in settings.HEALTH_CHECKS."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.utils.module_loading import import_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from salesiq.common.database import has_unapplied_migrations

LEAST_FREE_MB = 500

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Check:
    """A check's result. `essential`: without it this process cannot answer requests."""

    name: str
    ok: bool
    detail: str
    essential: bool = True


@require_safe
@never_cache
async def healthz(request: HttpRequest) -> JsonResponse:
    """200 when requests can be answered, otherwise 503; `status` is ok, degraded or failing.

    A missing worker degrades and stays 200, because a load balancer must not take every web server away for it.
    """
    checks = await sync_to_async(run_checks)()
    failing = [check for check in checks if not check.ok]
    essential = any(check.essential for check in failing)
    status = "failing" if essential else "degraded" if failing else "ok"
    body = {check.name: {"ok": check.ok, "detail": check.detail} for check in checks}
    return JsonResponse({"status": status, "checks": body}, status=503 if essential else 200)


def run_checks() -> list[Check]:
    """Every check of settings.HEALTH_CHECKS; one that raises has failed."""
    return [_run(import_string(path)) for path in settings.HEALTH_CHECKS]


def _run(check: Callable[[], Check]) -> Check:
    try:
        return check()
    except Exception:
        log.exception("health_check_failed", check=check.__name__)
        return Check(check.__name__, ok=False, detail="The check itself failed; see the log.")


def database() -> Check:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return Check("database", ok=True, detail=connection.vendor)


def migrations() -> Check:
    if has_unapplied_migrations():
        return Check("migrations", ok=False, detail="The database is not up to date. Run: manage.py migrate")
    return Check("migrations", ok=True, detail="up to date")


def disk() -> Check:
    free = shutil.disk_usage(settings.DATA_DIR).free // 2**20
    return Check("disk", ok=free >= LEAST_FREE_MB, detail=f"{free} MB free in the data folder")
