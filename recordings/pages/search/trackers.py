"""The pages of trackers: what is listened for, how sure it is, and what it found."""

from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from recordings.models import Tracker, TrackerHit
from recordings.pages.access import page, signed_in_user
from recordings.pages.formatting import clock
from recordings.searching.highlighting import Hit
from recordings.tracking.services import (
    cancel_runs,
    check_hit,
    draw_sample,
    precision_of,
    save_tracker,
    start_run,
    switch_off,
    switch_on,
    why_not,
)
from salesiq.audit.services import record_event
from salesiq.people.roles import Capability

WEEKS = 12


class TrackerForm(forms.ModelForm):  # type: ignore[type-arg]
    phrases = forms.CharField(
        label=gettext_lazy("Phrases or examples"),
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("One a line. By phrase: pric* (list|sheet). By meaning: whole sentences."),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        required=False,
        choices=[("", gettext_lazy("All languages")), ("en", "English"), ("es", "Español"), ("ru", "Русский")],
    )
    speaker = forms.ChoiceField(
        label=gettext_lazy("Said by"),
        required=False,
        choices=[
            ("", gettext_lazy("Anybody")),
            ("agent", gettext_lazy("The agent")),
            ("customer", gettext_lazy("The customer")),
        ],
    )

    class Meta:
        model = Tracker
        fields = ["name", "kind", "phrases", "language", "speaker", "threshold"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.initial["phrases"] = "\n".join(self.instance.phrases)

    def clean_phrases(self) -> list[str]:
        return [line for line in self.cleaned_data["phrases"].splitlines() if line.strip()]


@require_http_methods(["GET", "HEAD", "POST"])
@page(Capability.REVIEW_CALLS)
def trackers(request: HttpRequest) -> HttpResponse:
    """All trackers; a POST by who manages quality adds one."""
    user = signed_in_user(request)
    may_write = user.can(Capability.MANAGE_QUALITY) and user.client_id is not None
    form = TrackerForm(request.POST if request.method == "POST" else None, instance=Tracker(client=user.client))
    if request.method == "POST" and not may_write:
        raise PermissionDenied
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("tracker", save_tracker(tracker=form.save(commit=False), actor=user).pk)
        except ValidationError as error:
            form.add_error(None, " ".join(error.messages))
    rows = Tracker.objects.visible_to(user)
    context = {"trackers": rows, "form": form if may_write else None}
    return render(request, "recordings/search/trackers.html", context)


@require_safe
@page(Capability.REVIEW_CALLS)
def tracker(request: HttpRequest, tracker_id: UUID) -> HttpResponse:
    """One tracker: precision, the sample to check, runs, hits a week."""
    user = signed_in_user(request)
    row = get_object_or_404(Tracker.objects.visible_to(user), pk=tracker_id)
    may_write = user.can(Capability.MANAGE_QUALITY)
    hits = TrackerHit.objects.visible_to(user).filter(tracker=row)
    sample = hits.filter(in_sample=True).select_related("utterance", "call")
    shown = [(hit, _shown(hit), clock(hit.utterance.start)) for hit in sample[:50]]
    if shown:
        read = sorted({str(hit.call_id) for hit, _line, _clock in shown})
        record_event(action="transcripts_read", target=row, actor=user, request=request, details={"calls": read})
    context = {
        "tracker": row,
        "precision": precision_of(row),
        "doubt": why_not(row),
        "sample": shown,
        "run": row.runs.first(),
        "weeks": _weeks(hits),
        "form": TrackerForm(instance=row) if may_write else None,
    }
    return render(request, "recordings/search/tracker.html", context)


@require_POST
@page(Capability.MANAGE_QUALITY)
def change_tracker(request: HttpRequest, tracker_id: UUID) -> HttpResponse:
    """`do` is save, run, cancel, on (with a `reason` where it is not proven) or off."""
    user = signed_in_user(request)
    row = get_object_or_404(Tracker.objects.visible_to(user), pk=tracker_id)
    do = request.POST.get("do", "")
    try:
        if do == "save":
            form = TrackerForm(request.POST, instance=row)
            if form.is_valid():
                save_tracker(tracker=form.save(commit=False), actor=user)
            else:
                messages.warning(request, " ".join(str(each) for errors in form.errors.values() for each in errors))
        elif do == "run":
            limit = request.POST.get("limit", "")
            start_run(tracker=row, actor=user, limit=int(limit) if limit.isdigit() else 0)
        elif do == "cancel":
            cancel_runs(tracker=row, actor=user)
        elif do == "on":
            switch_on(tracker=row, actor=user, reason=request.POST.get("reason", ""))
        elif do == "off":
            switch_off(tracker=row, actor=user)
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    return redirect("tracker", tracker_id)


@require_POST
@page(Capability.REVIEW_CALLS)
def check(request: HttpRequest, tracker_id: UUID) -> HttpResponse:
    """Draw a sample (`draw`), or say of `hit` whether it is right (`right` 1 or 0)."""
    user = signed_in_user(request)
    row = get_object_or_404(Tracker.objects.visible_to(user), pk=tracker_id)
    if "draw" in request.POST:
        if not draw_sample(tracker=row, actor=user, size=30):
            messages.warning(request, _("Nothing was found yet. Let it hear past calls first."))
        return redirect("tracker", tracker_id)
    number = request.POST.get("hit", "")
    hits = TrackerHit.objects.visible_to(user).filter(tracker=row, in_sample=True)
    hit = get_object_or_404(hits, pk=int(number) if number.isdigit() else 0)
    check_hit(hit=hit, is_right=request.POST.get("right") == "1", actor=user)
    return redirect("tracker", tracker_id)


def _shown(hit: TrackerHit) -> Hit:
    line = hit.utterance
    return Hit(line.position, line.role, line.start, line.text, ((hit.start, hit.end),))


def _weeks(hits: Any) -> list[dict[str, Any]]:
    """Hits of each of the last weeks by when the calls were, oldest first, with the height of its bar in per cent."""
    today = timezone.localdate()
    first = today - timedelta(days=today.weekday(), weeks=WEEKS - 1)
    times = hits.exclude(is_right=False).filter(call__started_at__date__gte=first)
    counts: Counter[Any] = Counter()
    for moment in times.values_list("call__started_at", flat=True):
        day = timezone.localtime(moment).date()
        counts[day - timedelta(days=day.weekday())] += 1
    most = max(counts.values(), default=0) or 1
    weeks = [first + timedelta(weeks=n) for n in range(WEEKS)]
    return [
        {"day": day, "count": counts[day], "x": n * 20, "y": 60 - round(56 * counts[day] / most), "at": n}
        for n, day in enumerate(weeks)
    ]
