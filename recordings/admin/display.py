"""How values of a call look in the back office."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from recordings.models import SalesCall

OUTCOME_COLOURS = {
    "converted": "success",
    "qualified": "info",
    "callback": "warning",
    "not_qualified": "danger",
    "no_answer": "default",
}


def clock(seconds: float | None) -> str:
    """A length of time as people read it on a player: 4:05, or 1:02:03 from an hour on."""
    if seconds is None:
        return "–"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def call_page_link(call: SalesCall, text: object) -> SafeString:
    """A link to the page where the call is heard and read."""
    return format_html('<a class="text-link" href="{}">{}</a>', reverse("call", args=[call.pk]), text)


def bullets(lines: Iterable[str]) -> SafeString | str:
    """Lines as a list; a dash when there are none."""
    items = format_html_join("", "<li>{}</li>", ((line,) for line in lines))
    return format_html('<ul class="list-disc pl-4">{}</ul>', items) if items else "–"
