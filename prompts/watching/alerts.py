"""Alerts are told once; what they say is put into words when somebody reads them."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prompts.models import AlertKind, Prompt, PromptAlert
from salesiq.audit.services import record_event
from salesiq.people.models import Client, User


def tell(
    *, client: Client, kind: AlertKind, key: str, figures: dict[str, Any], prompt: Prompt | None = None
) -> PromptAlert | None:
    """Write the alert down unless `key` was told before, by whomever; None then."""
    if PromptAlert.objects.filter(client=client, key=key).exists():
        return None
    alert = PromptAlert(client=client, prompt=prompt, kind=kind, key=key, figures=figures)
    alert.message = describe(alert)[:500]
    try:
        with transaction.atomic():
            alert.save(force_insert=True)
    except IntegrityError:
        return None
    return alert


def mark_seen(*, alert: PromptAlert, user: User) -> PromptAlert:
    """Somebody has looked at it; the first who did stays."""
    now = timezone.now()
    with transaction.atomic():
        unseen = PromptAlert.objects.filter(pk=alert.pk, seen_at=None)
        if unseen.update(seen_at=now, seen_by=user, updated_at=now):
            record_event(action="prompt_alert_seen", target=alert, actor=user, details={"kind": alert.kind})
    alert.refresh_from_db()
    return alert


def describe(alert: PromptAlert) -> str:
    """The alert in words, in the reader's language, from its figures; its stored message where they do not say it."""
    figures = alert.figures
    try:
        return _WORDS[AlertKind(alert.kind)](figures)
    except (KeyError, TypeError, ValueError):
        return alert.message


_METRICS = {
    "score": gettext_lazy("scores"),
    "length": gettext_lazy("length"),
    "latency": gettext_lazy("time to answer"),
    "model": gettext_lazy("models that answered"),
}


def _drift(figures: dict[str, Any]) -> str:
    if figures["metric"] == "model":
        told = _(
            "Another mix of models answers “%(prompt)s” than at the release of version %(version)d: %(share).0f of 100 "
            "answers came from elsewhere. See which model is asked first."
        )
        return told % {**figures, "share": 100 * figures["effect"]}
    told = _(
        "Answers of “%(prompt)s” changed since the release of version %(version)d: %(metric)s from %(before).3g to "
        "%(after).3g in the middle. Look at the last answers, and at what the endpoint runs."
    )
    return told % {**figures, "metric": _METRICS[figures["metric"]]}


def _invalid(figures: dict[str, Any]) -> str:
    told = _(
        "%(after).1f of 100 answers of “%(prompt)s” are valid, after %(before).1f at the release of version "
        "%(version)d. Look at the invalid ones, or roll back."
    )
    return told % {**figures, "before": 100 * figures["before"], "after": 100 * figures["after"]}


def _budget(figures: dict[str, Any]) -> str:
    if figures.get("prompt"):
        told = _(
            "“%(prompt)s” has spent %(spent)s of its %(budget)s %(currency)s of this month (%(percent)d of 100). At "
            "the whole it is not asked any more."
        )
        return told % figures
    told = _(
        "%(spent)s of the %(budget)s %(currency)s for language models of this month are spent (%(percent)d of 100). "
        "At the whole nothing is asked any more."
    )
    return told % figures


def _provider(figures: dict[str, Any]) -> str:
    told = _(
        "“%(provider)s” failed %(failures)d times in a row and rests; the next model in order is asked meanwhile. "
        "Last error: %(error)s"
    )
    return told % figures


_WORDS = {
    AlertKind.DRIFT: _drift,
    AlertKind.INVALID: _invalid,
    AlertKind.BUDGET: _budget,
    AlertKind.PROVIDER: _provider,
}
