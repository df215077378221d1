"""The search page and the saved searches."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from recordings.models import SavedSearch
from recordings.pages.access import page, signed_in_user
from recordings.pages.search.forms import SearchForm
from recordings.pages.search.results import Results
from recordings.tracking.saved_searches import delete_search, query_of, rename_search, save_search
from salesiq.audit.services import record_event
from salesiq.people.roles import Capability


@require_safe
@vary_on_headers("HX-Request")
@page(Capability.VIEW_CALLS)
def search(request: HttpRequest) -> HttpResponse:
    """The page, or, for htmx, only what was found.

    The trail is told that somebody searched, with how many calls they were shown: they read lines of these. It is
    never told the words: a name may be among them, and nothing can be taken out of the trail.
    """
    user = signed_in_user(request)
    results = Results(SearchForm(request.GET, user=user), user, request.GET)
    if results.is_asked:
        details = {"calls": [str(call.call.pk) for call in results.calls]}
        record_event(action="searched", actor=user, client=user.client, request=request, details=details)
    context = {"results": results, "filters": results.form}
    if request.headers.get("HX-Request") and not request.headers.get("HX-History-Restore-Request"):
        return render(request, "recordings/search/_results.html", {**context, "tell": True})
    saved = [(each, query_of(each)) for each in SavedSearch.objects.of(user)]
    return render(request, "recordings/search/search.html", {**context, "saved": saved})


@require_POST
@page(Capability.VIEW_CALLS)
def save(request: HttpRequest) -> HttpResponse:
    """Keep the search of `query` under `name`, and go back to it."""
    query = request.POST.get("query", "")
    try:
        save_search(user=signed_in_user(request), name=request.POST.get("name", ""), query=query)
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    return redirect(f"{reverse('search')}?{query}")


@require_POST
@page(Capability.VIEW_CALLS)
def change_saved(request: HttpRequest, saved_id: UUID) -> HttpResponse:
    """Rename the search to `name`, or delete it where `delete` is sent."""
    user = signed_in_user(request)
    saved = get_object_or_404(SavedSearch.objects.of(user), pk=saved_id)
    if "delete" in request.POST:
        delete_search(saved=saved, actor=user)
        return redirect("search")
    try:
        rename_search(saved=saved, name=request.POST.get("name", ""), actor=user)
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    return redirect(f"{reverse('search')}?{query_of(saved)}")
