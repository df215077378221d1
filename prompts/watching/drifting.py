"""Each hour: the last answers of every version in production against those after its release."""

from datetime import datetime, timedelta

from django.utils import timezone

from prompts.models import AlertKind, Prompt, PromptAlert, PromptLabel, PromptRun, PromptVersion, Purpose
from prompts.models.prompt import PRODUCTION
from prompts.releasing import in_production_since
from prompts.watching.alerts import tell
from prompts.watching.drift import LEAST, Finding, find_drift
from prompts.watching.outcomes import sample_of

SPAN = 200
RECENT = timedelta(days=7)


def look_for_drift(*, prompt: Prompt) -> list[Finding]:
    """What the last 200 answers of the last 7 days show against the first 200 after the release, by metric.

    Empty where nothing is in production or a span has fewer than 50 answers. Reads only.
    """
    since = in_production_since(prompt)
    return _findings(prompt, *since) if since else []


def tell_of_drift(*, prompt: Prompt) -> list[PromptAlert]:
    """Alert of each metric that drifted, once a release and month."""
    since = in_production_since(prompt)
    if since is None:
        return []
    version, released = since
    told = []
    for finding in _findings(prompt, version, released):
        if not finding.drifted:
            continue
        kind = AlertKind.INVALID if finding.metric == "validity" else AlertKind.DRIFT
        if kind == AlertKind.INVALID and finding.effect > 0:
            continue
        figures = finding.as_json() | {"prompt": prompt.name, "version": version.number}
        key = f"drift:{version.pk}:{released:%Y%m%dT%H%M%S}:{finding.metric}:{timezone.now():%Y-%m}"
        told.append(tell(client=prompt.client, kind=kind, key=key, figures=figures, prompt=prompt))
    return [alert for alert in told if alert is not None]


def prompts_in_production() -> list[Prompt]:
    labels = PromptLabel.objects.filter(name=PRODUCTION, prompt__is_active=True)
    return list(Prompt.objects.filter(pk__in=labels.values("prompt")).select_related("client").order_by("pk"))


def _findings(prompt: Prompt, version: PromptVersion, released: datetime) -> list[Finding]:
    runs = PromptRun.objects.filter(
        prompt=prompt, version=version, purpose=Purpose.PRODUCTION, created_at__gte=released
    )
    before, ids = sample_of(runs.order_by("created_at", "pk"), most=SPAN)
    if len(ids) < LEAST:
        return []
    recent = runs.filter(created_at__gte=timezone.now() - RECENT).exclude(pk__in=ids)
    after, _ids = sample_of(recent.order_by("-created_at", "-pk"), most=SPAN)
    return find_drift(before, after)
