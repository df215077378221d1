"""The way back from a deed on a call: to the review that it was done in, or to the page of the call."""

from contextlib import suppress
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from recordings.models import SalesCall


def back_from(request: HttpRequest, call: SalesCall) -> HttpResponse:
    """A form of the review screen names its review in `review`; that page asks by itself who may see it."""
    with suppress(ValueError):
        return redirect("review", UUID(request.POST.get("review", "")))
    return redirect("call", call.pk)
