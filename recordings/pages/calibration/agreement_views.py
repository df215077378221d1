"""How far people agree with the automatic answers, and how reviewers lean over time."""

from contextlib import suppress
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from recordings.calibrating.automatic import automatic_agreement
from recordings.calibrating.selectors import MINIMUM_REVIEWS, Drift, drift_of_reviewers
from recordings.models import Scorecard, StandardStatus
from recordings.pages.access import page, signed_in_user
from recordings.pages.calibration.measures import Row, difference_cell, kappa_cell, share_cell
from recordings.quality.agreement import MINIMUM
from recordings.quality.criteria import read_criteria
from salesiq.people.models import User
from salesiq.people.roles import Capability


@require_safe
@page(Capability.REVIEW_CALLS)
def agreement(request: HttpRequest) -> HttpResponse:
    user = signed_in_user(request)
    cards = Scorecard.objects.visible_to(user).exclude(status=StandardStatus.DRAFT).select_related("client")
    choices = list(cards.order_by("-created_at")[:50])
    chosen = _chosen(choices, request.GET.get("scorecard", ""))
    context = {
        "cards": choices,
        "chosen": chosen,
        "rows": agreement_rows(chosen) if chosen else [],
        "drifts": [(drift, difference_cell(drift.difference)) for drift in _drifts(user)],
        "minimum": MINIMUM,
        "minimum_reviews": MINIMUM_REVIEWS,
    }
    return render(request, "recordings/calibration/agreement.html", context)


def agreement_rows(card: Scorecard) -> list[Row]:
    """A row for each question that a machine answers and people have reviewed, in the scorecard's order."""
    found = automatic_agreement(card.client, card)
    if not found:
        return []
    return [
        Row(question.name, share.n, share_cell(share), kappa_cell(kappa))
        for question in read_criteria(card.criteria)
        if question.key in found
        for share, kappa in [found[question.key]]
    ]


def _drifts(user: User) -> list[Drift]:
    return sorted(drift_of_reviewers(user), key=lambda drift: drift.reviewer)


def _chosen(cards: list[Scorecard], wanted: str) -> Scorecard | None:
    with suppress(ValueError):
        pk = UUID(wanted)
        return next((card for card in cards if card.pk == pk), cards[0] if cards else None)
    return cards[0] if cards else None
