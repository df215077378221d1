"""What all analytics pages have in common: filters, tabs, saved views, refreshing, and who may look.

    @analytics_page("leaderboard", shown=OF_CALLS, options=LeaderboardOptions)
    def leaderboard(look: Look) -> dict[str, Any]:
        return {"board": …}

renders templates/analytics/leaderboard.html, which extends `frame` and fills the block `content`.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from analytics.charts.plotly_files import style_ids
from analytics.pages.choices import offer_choices
from analytics.pages.fields import OptionForm
from analytics.pages.filters import EVERYTHING, AnalyticsFilters
from analytics.pages.look import Look
from analytics.pages.registry import GROUPS, NEEDS, PAGES, Group, Page, page_named
from analytics.rollups.backlog import remember_client
from recordings.pages.access import page, signed_in_user
from salesiq.people.models import Client, User
from salesiq.people.roles import Capability

Content = Callable[[Look], Mapping[str, Any]]
Shown = Callable[..., frozenset[str]]
View = Callable[..., HttpResponseBase]
REFRESH_SECONDS = 15


def analytics_page(
    name: str,
    *,
    shown: frozenset[str] | Shown = EVERYTHING,
    options: type[OptionForm] | None = None,
    parts: Mapping[str, Content] | None = None,
) -> Callable[[Content], View]:
    """A page of the registry. `shown` are the filters that mean something on it, `options` choices of its own.

    The function answers one Look with the context of its template. For htmx only what filters change is sent; a page
    that polls with the stamp of what it shows is told 204 while nothing has changed. What the address names besides
    (the kind of rows, the agent) is in `look.arguments`; `shown` and `options` are given it by name.
    `parts` are fetched once the page stands, each by a request of its own (`_part.html`): ?part=funnel of the page
    "deals" renders analytics/deals_funnel.html.
    """

    def decorate(content: Content) -> View:
        @require_safe
        @vary_on_headers("HX-Request")
        @page(Capability.VIEW_ANALYTICS)  # type: ignore[arg-type]
        @wraps(content)
        def view(request: HttpRequest, **arguments: Any) -> HttpResponse:
            entry = page_named(name)
            user = signed_in_user(request)
            clients = None if user.client_id else list(Client.objects.visible_to(user))
            client = user.client or _chosen_client(request, clients)
            about_one = any(isinstance(value, UUID) for value in arguments.values())
            if client is None and about_one and not clients:
                raise Http404  # somebody of no client asks for a page about one thing of a client
            if client is not None:
                remember_client(client)
            with timezone.override(ZoneInfo(client.time_zone) if client else None):
                return _answer(request, entry, client, clients, content, shown, options, arguments, parts or {})

        return view

    return decorate


def _answer(
    request: HttpRequest,
    entry: Page,
    client: Client | None,
    clients: Sequence[Client] | None,
    content: Content,
    shown: frozenset[str] | Shown,
    options: type[OptionForm] | None,
    arguments: dict[str, Any],
    parts: Mapping[str, Content],
) -> HttpResponse:
    user = signed_in_user(request)
    own = options(request.GET, **arguments) if options else None
    fields = shown(**arguments) if callable(shown) else shown
    form = AnalyticsFilters(
        request.GET,
        offer=offer_choices(user, client.pk if client else None, with_custom="custom" in fields),
        today=timezone.localdate(),
        shown=fields,
        clients=clients,
    )
    part = request.GET.get("part", "")
    if part and part not in parts:
        raise Http404  # the whole page inside one of its parts would ask for its parts again, for ever
    if client is not None and part in parts:
        look = _look(request, user, entry, client, form, own, arguments)
        template = f"analytics/{entry.name.replace('-', '_')}_{part}.html"
        return render(request, template, {"page": entry, "here": request.path, **_content(look, parts[part])})
    context: dict[str, Any] = {"page": entry, "filters": form, "options": own, "here": request.path}
    if client is not None:
        context |= _content(_look(request, user, entry, client, form, own, arguments), content)
    calls = context["look"].rows_url("calls") if client else reverse("calls")
    tabs = tabs_of(user, entry, form.query.urlencode(), calls)
    context |= {"tabs": tabs, "client": client, "refresh_seconds": REFRESH_SECONDS}
    return _send(request, entry, context)


def _look(
    request: HttpRequest,
    user: User,
    entry: Page,
    client: Client,
    form: AnalyticsFilters,
    own: OptionForm | None,
    arguments: dict[str, Any],
) -> Look:
    return Look(
        request=request,
        user=user,
        page=entry,
        client=client,
        form=form,
        options=own,
        filters=form.filters(client.pk if user.client_id is None else None),
        compare=form.comparison,
        today=form.today,
        arguments=arguments,
    )


def _content(look: Look, content: Content) -> dict[str, Any]:
    found = dict(content(look))
    before = look.filters.before(look.compare) if look.compare else None
    wider = look.page_url(look.page.name, period="all", since=None, until=None) if look.page.group else ""
    return {"look": look, "before": before, "all_time": wider, "notes": look.notes, "problems": look.problems, **found}


def _send(request: HttpRequest, entry: Page, context: dict[str, Any]) -> HttpResponse:
    template = f"analytics/{entry.name.replace('-', '_')}.html"
    if not request.headers.get("HX-Request") or request.headers.get("HX-History-Restore-Request"):
        whole = {"frame": "analytics/frame.html", "plotly_styles": " ".join(style_ids())}
        return render(request, template, {**context, **whole})
    html = render_to_string(template, {**context, "frame": "analytics/swap.html"}, request)
    stamp = hashlib.sha256(html.encode()).hexdigest()[:20]
    unchanged = request.headers.get("X-Seen") == stamp
    return HttpResponse("" if unchanged else html, status=204 if unchanged else 200, headers={"X-Stamp": stamp})


def _chosen_client(request: HttpRequest, clients: Sequence[Client] | None) -> Client | None:
    """For whom belongs to no client: the one in the address, or the only one there is."""
    every = clients or ()
    if asked := request.GET.get("client"):
        return next((client for client in every if str(client.pk) == asked), None)
    return every[0] if len(every) == 1 else None


def tabs_of(user: User, current: Page, query: str, calls: str = "") -> list[dict[str, Any]]:
    """Groups of links to the pages that `user` may open; the filters go along. The dashboard stands beside the list of
    calls, `calls`; decisions, which no filter narrows, have tabs of their own and one tab among the figures."""
    if current.group == Group.RECORDINGS:
        beside = {"label": _("Calls"), "url": calls, "is_here": False}
        return [{"label": _("Recording Audit"), "pages": [beside, _tab(current, current, query)]}]
    if current.group == Group.DECISIONS:
        back = {"label": _("Analytics"), "url": _address(page_named("overview"), query), "is_here": False}
        return [{"label": _("Figures"), "pages": [back]}, _group(Group.DECISIONS, current, query)]
    groups = [group for group in GROUPS if group not in NEEDS or user.can(NEEDS[group])]
    return [_group(group, current, query) for group in groups if any(each.group == group for each in PAGES)]


def _group(group: Group, current: Page, query: str) -> dict[str, Any]:
    pages = [each for each in PAGES if each.group == group]
    shown = pages[:1] if group == Group.DECISIONS and current.group != group else pages
    return {"label": GROUPS[group], "pages": [_tab(each, current, query) for each in shown]}


def _tab(page: Page, current: Page, query: str) -> dict[str, Any]:
    return {"label": page.label, "url": _address(page, query), "is_here": page == current}


def _address(page: Page, query: str) -> str:
    return reverse(page.url_name) + (f"?{query}" if query else "")
