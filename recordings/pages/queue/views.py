"""The queue of reviews, and giving calls and reviews to reviewers from lists."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from recordings.models import Review, SalesCall
from recordings.pages.access import page, signed_in_user
from recordings.pages.queue.filters import ALL, APPEALS, TABS, QueueFilters, rows_of_tab
from recordings.pages.queue.rows import appeal_rows, review_rows
from recordings.reviewing.bulk import GivenOut, cancel_reviews, give_calls, give_reviews
from recordings.reviewing.selectors import appeals_to_decide, reviewer_loads, reviewers_for
from salesiq.people.models import User
from salesiq.people.roles import Capability

PAGE_SIZE, MOST_PAGES, MOST_AT_ONCE = 50, 200, 200
COUNT_UP_TO = 999


@require_safe
@vary_on_headers("HX-Request")
@page(Capability.REVIEW_CALLS)
def reviews(request: HttpRequest) -> HttpResponse:
    """The page, or, for htmx, only what the filters change."""
    user = signed_in_user(request)
    filters = QueueFilters(request.GET, user=user)
    context = _rows(request, filters, user)
    if request.headers.get("HX-Request") and not request.headers.get("HX-History-Restore-Request"):
        return render(request, "recordings/_reviews_results.html", context)
    context["tabs"] = [
        {"key": key, "label": label, "count": _count(_of_tab(key, user)), "open": key == filters.tab}
        for key, label in TABS.items()
    ]
    if user.can(Capability.MANAGE_QUALITY) and filters.tab == ALL:
        context["loads"] = reviewer_loads(user, timezone.now())
        context["most"] = max((load.open for load in context["loads"]), default=0) or 1
    return render(request, "recordings/reviews.html", context)


def _of_tab(tab: str, user: User) -> QuerySet[Any]:
    return appeals_to_decide(user) if tab == APPEALS else rows_of_tab(tab, user)


def _count(rows: QuerySet[Any]) -> str:
    """At most 999 are counted: the number is there to say whether something waits."""
    number = rows.order_by().values("pk")[: COUNT_UP_TO + 1].count()
    return f"{COUNT_UP_TO}+" if number > COUNT_UP_TO else str(number)


def _rows(request: HttpRequest, filters: QueueFilters, user: User) -> dict[str, Any]:
    number = _page_number(request.GET.get("page", ""))
    first = (number - 1) * PAGE_SIZE
    manages = user.can(Capability.MANAGE_QUALITY)
    context: dict[str, Any] = {"filters": filters, "tab": filters.tab, "now": timezone.now()}
    if filters.tab == APPEALS:
        found = appeals_to_decide(user)
        narrowing = {"team": "review__call__agent__team", "agent": "review__call__agent"}
        found = found.filter(**{narrowing[name]: value for name, value in filters.chosen.items() if name in narrowing})
        rows: list[Any] = list(found[first : first + PAGE_SIZE + 1])
        context["appeals"] = appeal_rows(rows[:PAGE_SIZE])
    else:
        rows = list(filters.reviews()[first : first + PAGE_SIZE + 1])
        context["rows"] = review_rows(rows[:PAGE_SIZE], context["now"])
        context["may_give"] = manages and any(row.unfinished for row in context["rows"])
        context["reviewers"] = reviewers_for(user) if context["may_give"] else []
    context["newer"] = _link(request, number - 1) if number > 1 else ""
    context["older"] = _link(request, number + 1) if len(rows) > PAGE_SIZE and number < MOST_PAGES else ""
    return context


def _page_number(text: str) -> int:
    return min(max(int(text), 1), MOST_PAGES) if text.isdecimal() and len(text) < 5 else 1


def _link(request: HttpRequest, number: int) -> str:
    query = request.GET.copy()
    query["page"] = str(number)
    return "?" + query.urlencode()


@require_POST
@page(Capability.MANAGE_QUALITY)
def assign_calls(request: HttpRequest) -> HttpResponse:
    """Give the chosen calls to a reviewer; back to the list they were chosen in."""
    user = signed_in_user(request)
    keys = _keys(request, "calls")
    calls = SalesCall.objects.visible_to(user).select_related("client", "agent", "customer").filter(pk__in=keys)
    reviewer, due_at = _reviewer(request, user), _due(request)
    if _is_ready(request, keys, reviewer):
        assert reviewer is not None
        told = give_calls(calls=calls, reviewer=reviewer, actor=user, due_at=due_at)
        _tell(request, told, _given_words(told.done, reviewer))
    return redirect(_back(request, reverse("calls")))


@require_POST
@page(Capability.MANAGE_QUALITY)
def give(request: HttpRequest) -> HttpResponse:
    """Give the chosen reviews to another reviewer, or cancel them."""
    user = signed_in_user(request)
    keys = _keys(request, "reviews")
    rows = Review.objects.visible_to(user).filter(pk__in=keys)
    if "cancel" in request.POST:
        if _is_ready(request, keys, user):
            told = cancel_reviews(reviews=rows, actor=user)
            _tell(request, told, ngettext("%(n)d review was cancelled.", "%(n)d reviews were cancelled.", told.done))
        return redirect(_back(request, reverse("reviews")))
    reviewer, due_at = _reviewer(request, user), _due(request)
    if _is_ready(request, keys, reviewer):
        assert reviewer is not None
        told = give_reviews(reviews=rows, reviewer=reviewer, actor=user, due_at=due_at)
        _tell(request, told, _given_words(told.done, reviewer))
    return redirect(_back(request, reverse("reviews")))


def _keys(request: HttpRequest, name: str) -> list[UUID]:
    """The ids that were ticked; what is none is left out, as is what goes beyond 200."""
    found = []
    for text in request.POST.getlist(name)[:MOST_AT_ONCE]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def _reviewer(request: HttpRequest, user: User) -> User | None:
    return next((row for row in reviewers_for(user) if str(row.pk) == request.POST.get("reviewer")), None)


def _due(request: HttpRequest) -> datetime | None:
    """The end of the day that was chosen, by the office's clock."""
    try:
        day = date.fromisoformat(request.POST.get("due", ""))
        return timezone.make_aware(datetime.combine(day, time(23, 59)))
    except (ValueError, OverflowError):
        return None


def _is_ready(request: HttpRequest, keys: list[UUID], reviewer: User | None) -> bool:
    if not keys:
        messages.error(request, _("Tick at least one row first."))
    elif reviewer is None:
        messages.error(request, _("Choose a reviewer."))
    return bool(keys) and reviewer is not None


def _given_words(number: int, reviewer: User) -> str:
    words = ngettext("%(n)d call was given to %(who)s.", "%(n)d calls were given to %(who)s.", number)
    return words.replace("%(who)s", (reviewer.get_full_name() or reviewer.get_username()).replace("%", "%%"))


def _tell(request: HttpRequest, told: GivenOut, words: str) -> None:
    if told.done:
        messages.success(request, words % {"n": told.done})
    for sentence, number in told.refused.most_common(5):
        messages.warning(request, f"{number} × {sentence}")


def _back(request: HttpRequest, fallback: str) -> str:
    """Where the form was sent from, as far as that is one of our own addresses."""
    asked = request.POST.get("next", "")
    own = url_has_allowed_host_and_scheme(asked, allowed_hosts=None) and asked.startswith("/")
    return asked if own else fallback
