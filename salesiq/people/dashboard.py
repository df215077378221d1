"""The first page of the back office: what waits for whoever looks, what happened last, and what they may begin.

Each app names its own parts in an admin module (`register_waiting`, `register_panel`, `register_action`); what a user
has no capability for is neither counted nor shown. A part costs at most one query, so that the page costs as many as
there are parts, however many calls there are.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode

from salesiq.people.models import User
from salesiq.people.roles import Capability

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

# More than this nobody works through today; counting them all would cost more the more there are.
MOST_COUNTED = 999


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Rows that wait for somebody with `capability`.

    `rows` are those of a user, already through `visible_to`, found by an index; `address` and `query` lead to just
    these rows; `is_late` marks what should have been done already.
    """

    key: str
    title: "str | StrPromise"
    icon: str
    capability: Capability
    rows: Callable[[User], QuerySet[Any]]
    address: str
    query: Callable[[User], Mapping[str, Any]] | Mapping[str, Any] = field(default_factory=dict)
    is_late: bool = False

    def link(self, user: User) -> str:
        values = self.query(user) if callable(self.query) else self.query
        return reverse(self.address) + (f"?{urlencode(values, doseq=True)}" if values else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A table or list below; `context` is what its template shows, for the user."""

    key: str
    template: str
    capability: Capability
    context: Callable[[User], Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuickAction:
    title: "str | StrPromise"
    icon: str
    capability: Capability
    address: str


_WAITING: dict[str, Waiting] = {}
_PANELS: dict[str, Panel] = {}
_ACTIONS: dict[str, QuickAction] = {}


def register_waiting(*items: Waiting) -> None:
    _WAITING.update({item.key: item for item in items})


def register_panel(*panels: Panel) -> None:
    _PANELS.update({panel.key: panel for panel in panels})


def register_action(*actions: QuickAction) -> None:
    _ACTIONS.update({action.address: action for action in actions})


@dataclass(frozen=True, slots=True)
class Counted:
    """`count` is at most MOST_COUNTED; `more` says that there are more."""

    item: Waiting
    count: int
    more: bool
    link: str


def what_waits(user: User) -> list[Counted]:
    """Everything that may wait for `user`, what is late and what there is most of first; one query each."""
    mine = [item for item in _WAITING.values() if user.can(item.capability) and _is_there(item.address)]
    counted = [_count(item, user) for item in mine]
    return sorted(counted, key=lambda each: (not each.count, not each.item.is_late))


def _is_there(address: str) -> bool:
    """Whether an installation has the page: one may leave an app out."""
    try:
        reverse(address)
    except NoReverseMatch:
        return False
    return True


def _count(item: Waiting, user: User) -> Counted:
    count = item.rows(user).order_by()[: MOST_COUNTED + 1].count()
    return Counted(item, min(count, MOST_COUNTED), count > MOST_COUNTED, item.link(user))


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """UNFOLD's DASHBOARD_CALLBACK."""
    user = request.user
    assert isinstance(user, User)
    waiting = what_waits(user)
    panels = [(panel.template, panel.context(user)) for panel in _PANELS.values() if user.can(panel.capability)]
    actions = [
        {"title": action.title, "icon": action.icon, "link": reverse(action.address)}
        for action in _ACTIONS.values()
        if user.can(action.capability) and _is_there(action.address)
    ]
    return context | {
        "waiting": [each for each in waiting if each.count],
        "done": [each for each in waiting if not each.count],
        "panels": panels,
        "quick_actions": actions,
    }
