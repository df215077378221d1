"""Prometheus metrics for those who may see them."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Everything that is counted. With `Authorization: Bearer SALESIQ_METRICS_TOKEN`, or for a superuser; else 403."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    expected = settings.SALESIQ_METRICS_TOKEN
    known = bool(expected) and scheme == "Bearer" and constant_time_compare(token, expected)
    if not (known or (request.user.is_authenticated and request.user.is_superuser)):
        return HttpResponse(
            "Send the metrics token, or sign in as a superuser.\n", status=403, content_type="text/plain"
        )
    response: HttpResponse = ExportToDjangoView(request)
    return response
