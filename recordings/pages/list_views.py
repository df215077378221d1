"""The list of calls."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from recordings.pages.access import page, signed_in_user
from recordings.pages.filters import CallFilters
from recordings.pages.paging import cut_page
from recordings.pages.rows import call_rows, list_columns
from recordings.reviewing.selectors import reviewers_for
from recordings.selectors import list_calls
from salesiq.people.models import User
from salesiq.people.roles import Capability


@require_safe
@vary_on_headers("HX-Request")
@page(Capability.VIEW_CALLS)
def call_list(request: HttpRequest) -> HttpResponse:
    """The page, or, for htmx, only what the filters change."""
    user = signed_in_user(request)
    context = _results(request, user)
    if request.headers.get("HX-Request") and not request.headers.get("HX-History-Restore-Request"):
        # Changed filters are told to screen readers; the polling of rows under way is not.
        context["tell"] = request.headers.get("HX-Trigger") != "rows"
        return render(request, "recordings/_results.html", context)
    return render(request, "recordings/list.html", context)


def _results(request: HttpRequest, user: User) -> dict[str, Any]:
    filters = CallFilters(request.GET, user=user)
    found = cut_page(
        filters.narrow(list_columns(list_calls(user))),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    rows = call_rows(found.calls)
    return {
        "filters": filters,
        "rows": rows,
        "older": _link(request.GET, after=found.older),
        "newer": _link(request.GET, before=found.newer),
        "here": f"{request.path}?{request.GET.urlencode()}",
        "is_live": any(row.progress for row in rows),
        "may_upload": user.can(Capability.ANALYZE_CALLS),
        "reviewers": reviewers_for(user) if rows and user.can(Capability.MANAGE_QUALITY) else [],
    }


def _link(query: QueryDict, **cursor: str | None) -> str:
    """The query of the page at `cursor` with the same filters; empty when there is no such page."""
    ((name, value),) = cursor.items()
    if value is None:
        return ""
    changed = query.copy()
    for each in ("after", "before"):
        changed.pop(each, None)
    changed[name] = value
    return "?" + changed.urlencode()
