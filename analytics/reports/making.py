"""Making a file of what a user may see: the one place where rights, figures and formats meet."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.http import QueryDict
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from analytics.asking import ask
from analytics.questions import QuestionError
from analytics.reports.asked import FIGURES, REPORT, Asked
from analytics.reports.figures_table import figures_table
from analytics.reports.formats import TABLES, Format
from analytics.reports.overview import write_overview
from analytics.reports.row_tables import rows_table
from analytics.reports.tables import Table
from analytics.reports.writers import write_table
from salesiq.people.models import Client, User
from salesiq.people.roles import Capability


def scratch_file() -> IO[bytes]:
    """A nameless file where unencrypted things may lie for a while (SALESIQ_SCRATCH_DIR); gone when it is closed."""
    settings.SCRATCH_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    return tempfile.TemporaryFile(dir=settings.SCRATCH_DIR)


class NotAllowedError(Exception):
    """The user may not have the file any more; a sentence that says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to make for whom. Rights are those of `user` when it is made."""

    client: Client
    user: User | None
    kind: str
    query: str
    format: str
    language: str

    @property
    def zone(self) -> ZoneInfo:
        try:
            return ZoneInfo(self.client.time_zone)
        except (ZoneInfoNotFoundError, ValueError):
            return ZoneInfo("UTC")

    @property
    def asked(self) -> Asked:
        return Asked.of(self.kind, self.query, timezone.now().astimezone(self.zone).date())


def check_order(order: Order) -> None:
    """
    Raises:
        QuestionError: it asks for what there is not: kind, format, filters.
        NotAllowedError: its user may not see figures, or those of this client.
    """
    user_of(order)
    if order.format not in Format.values or (order.format == Format.PDF) != (order.kind == REPORT):
        known = Format.PDF.value if order.kind == REPORT else ", ".join(TABLES)
        raise QuestionError("format", _("This is made as: %(known)s.") % {"known": known})
    asked = order.asked
    if order.kind not in (FIGURES, REPORT):
        with timezone.override(order.zone):
            rows_table(asked, user=user_of(order))
    elif not asked.question.metrics and order.kind == FIGURES:  # reading it finds values that are none
        raise QuestionError("metric", _("Name at least one metric."))


def user_of(order: Order) -> User:
    """Whose rights apply. Raises NotAllowedError where they have none any more."""
    user = order.user
    if user is None or not user.is_active:
        raise NotAllowedError(_("The account it was made for is closed."))
    if not user.can(Capability.VIEW_ANALYTICS):
        raise NotAllowedError(_("The account it was made for may not see figures any more."))
    if not user.is_superuser and user.client_id != order.client.pk:
        raise NotAllowedError(_("The account it was made for belongs to another client now."))
    return user


def client_of(user: User, query: str) -> Client:
    """Whose rows: one's own, or for whom belongs to none the client that the query names.

    Raises:
        QuestionError: there is no such client, or none was named.
    """
    if user.client is not None:
        return user.client
    named = QueryDict(query).get("client", "")
    try:
        found = Client.objects.visible_to(user).filter(pk=UUID(named)).first()
    except ValueError:
        found = None
    if found is None:
        raise QuestionError("client", _("Choose a client first: add client=<id> to the filters."))
    return found


def is_small(order: Order) -> bool:
    """Whether it is made while its reader waits: figures and reports, and few rows. Raises as `check_order`."""
    if order.kind in (FIGURES, REPORT):
        return True
    with timezone.override(order.zone):
        return (table_of(order).count or 0) <= settings.EXPORT_AT_ONCE_ROWS


def table_of(order: Order) -> Table:
    """What is ordered as a table; raises as `check_order`."""
    user, asked = user_of(order), order.asked
    if order.kind != FIGURES:
        return rows_table(asked, user=user)
    answer = ask(asked.question, user=user)
    return figures_table(answer, title=_("Figures"))


def make_file(order: Order, file: IO[bytes], *, progress: Callable[[float], None]) -> int:
    """Write what is ordered into `file` and return how many rows it holds; `progress` is told of 0 to 1.

    Raises: as `check_order`.
    """
    user = user_of(order)
    with translation.override(order.language or None), timezone.override(order.zone):
        if order.kind == REPORT:
            write_overview(order.asked, file, user=user, client=order.client, progress=progress)
            return 0
        table = table_of(order)
        whole = max(table.count or 1, 1)
        return write_table(
            table, order.format, file, zone=order.zone, progress=lambda rows: progress(min(rows / whole, 1.0))
        )
