"""What all pages of decisions have in common: whose results are read, how old they are, tabs, and who may look.

    @decision_page("drivers", kinds=(RunKind.DRIVERS,))
    def drivers(reading: Reading) -> dict[str, Any]:
        return {"document": reading.document(RunKind.DRIVERS)}

renders templates/analytics/drivers.html, which extends `frame` and fills the block `content`. Nothing is analysed
here: pages show the last finished run of the reader's audience, and a button has it worked anew in the background.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from analytics.charts import Numbers
from analytics.charts.plotly_files import style_ids
from analytics.pages.filters import kept_filters
from analytics.pages.frame import tabs_of
from analytics.pages.registry import Page, page_named
from decisions.models import AnalysisRun, Audience
from decisions.pages.states import Served, served_in_words
from decisions.runs.audiences import audience_of
from decisions.runs.last import LastRun, State, last_runs
from salesiq.people.models import Client, User
from salesiq.people.pages import page, signed_in_user
from salesiq.people.roles import Capability

REFRESH_SECONDS, REFRESH_WHILE_WORKING = 60, 4


@dataclass(slots=True)
class Reading:
    """One look at results: who reads, those of which audience, and its last runs of the kinds that the page shows."""

    request: HttpRequest
    user: User
    page: Page
    client: Client
    audience: Audience
    today: date
    runs: Mapping[str, LastRun]
    arguments: Mapping[str, Any] = field(default_factory=dict)

    @property
    def numbers(self) -> Numbers:
        """Formats for who reads."""
        return Numbers(get_language() or "en", self.client.currency)

    @property
    def may_manage(self) -> bool:
        return self.user.can(Capability.MANAGE_DECISIONS)

    def served(self, kind: str) -> AnalysisRun | None:
        return self.runs[kind].served

    def document(self, kind: str) -> dict[str, Any] | None:
        """The document of the last finished run, None where there is none."""
        run = self.served(kind)
        return run.result or None if run is not None else None

    @property
    def client_query(self) -> dict[str, str]:
        """What an address must hold to stay with the client that is looked at."""
        return {"client": str(self.client.pk)} if self.user.client_id is None else {}

    def url(self, url_name: str, *args: Any, **query: Any) -> str:
        """An address that stays with the client that is looked at."""
        return address(url_name, *args, user=self.user, client=self.client, **query)


Content = Callable[[Reading], Mapping[str, Any]]
View = Callable[..., HttpResponseBase]


def decision_page(
    name: str, *, kinds: Sequence[str] = (), template: str = "", about: type[Model] | None = None
) -> Callable[[Content], View]:
    """A page of the registry's group of decisions, or under one: `template` where it is not that of the page.

    `about` is the model of the one thing whose id stands in the address: it says whose client is looked at.
    """

    def decorate(content: Content) -> View:
        @require_safe
        @never_cache
        @vary_on_headers("HX-Request")
        @page(Capability.VIEW_DECISIONS)  # type: ignore[arg-type]
        @wraps(content)
        def view(request: HttpRequest, **arguments: Any) -> HttpResponse:
            entry = page_named(name)
            clients, client = clients_of(request)
            if about is not None:
                client = _client_of(about, signed_in_user(request), arguments)
            with timezone.override(ZoneInfo(client.time_zone) if client else None):
                context = frame_context(request, entry, clients, client)
                if client is not None and (reading := read(request, entry, client, kinds, arguments)) is not None:
                    context |= _shown(reading) | dict(content(reading))
                return _send(request, template or entry.name.replace("-", "_"), context)

        return view

    return decorate


def _client_of(about: type[Model], user: User, arguments: Mapping[str, Any]) -> Client:
    """Whose the thing is that an address names; 404 where the user does not see it."""
    (pk,) = arguments.values()
    row = about._default_manager.visible_to(user).select_related("client").filter(pk=pk).first()  # type: ignore[attr-defined]
    if row is None:
        raise Http404
    client: Client = row.client
    return client


def clients_of(request: HttpRequest) -> tuple[Sequence[Client] | None, Client | None]:
    """What may be chosen from (None for who belongs to a client), and whose results are looked at."""
    user = signed_in_user(request)
    if user.client is not None:
        return None, user.client
    clients = list(Client.objects.visible_to(user))
    asked = request.GET.get("client") or request.POST.get("client")
    if asked:
        return clients, next((each for each in clients if str(each.pk) == asked), None)
    return clients, clients[0] if len(clients) == 1 else None


def frame_context(
    request: HttpRequest, entry: Page, clients: Sequence[Client] | None, client: Client | None
) -> dict[str, Any]:
    """What stands around the content of every page of decisions."""
    user = signed_in_user(request)
    query = kept_filters(request.GET)
    if clients is None:
        query.pop("client", None)
    elif client is not None:
        query["client"] = str(client.pk)
    return {
        "page": entry,
        "here": request.path,
        "client": client,
        "clients": clients,
        "tabs": tabs_of(user, entry, query.urlencode()),
        "refresh_seconds": REFRESH_SECONDS,
    }


def read(
    request: HttpRequest, entry: Page, client: Client, kinds: Sequence[str], arguments: Mapping[str, Any]
) -> Reading | None:
    user = signed_in_user(request)
    audience = audience_of(user, client)
    if audience is None:
        return None
    return Reading(
        request=request, user=user, page=entry, client=client, audience=audience, today=timezone.localdate(),
        runs=last_runs(audience, kinds) if kinds else {}, arguments=arguments,
    )  # fmt: skip


def _shown(reading: Reading) -> dict[str, Any]:
    served: list[Served] = [served_in_words(last, reading.today) for last in reading.runs.values()]
    working = any(each.state == State.WORKING for each in served)
    return {
        "reading": reading,
        "served": served,
        "is_working": working,
        "has_results": any(each.has_result for each in served),
        "refresh_seconds": REFRESH_WHILE_WORKING if working else REFRESH_SECONDS,
    }


def _send(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """The whole page; for who polls its content, with a stamp by which nothing is sent while nothing changed."""
    name = f"analytics/{template}.html"
    if not request.headers.get("HX-Request") or request.headers.get("HX-History-Restore-Request"):
        whole = {"frame": "analytics/decisions_frame.html", "plotly_styles": " ".join(style_ids())}
        return render(request, name, {**context, **whole})
    token = get_token(request)  # masked anew in every answer: it is no change of what is shown
    swapped = {**context, "csrf_token": token, "frame": "analytics/decisions_swap.html"}
    html = render_to_string(name, swapped, request)
    stamp = hashlib.sha256(html.replace(token, "").encode()).hexdigest()[:20]
    unchanged = request.headers.get("X-Seen") == stamp
    return HttpResponse("" if unchanged else html, status=204 if unchanged else 200, headers={"X-Stamp": stamp})


def address(url_name: str, *args: Any, user: User, client: Client, **query: Any) -> str:
    if user.client_id is None:
        query["client"] = str(client.pk)
    path = reverse(url_name, args=args)
    return f"{path}?{urlencode(query, doseq=True)}" if query else path
