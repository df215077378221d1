"""A piece of training: read, and marked as read."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from salesiq.people.pages import page, signed_in_user
from salesiq.people.roles import Capability
from testcases.models import Assignment
from testcases.pages.playing.following import cases_for
from testcases.pages.playing.paragraphs import paragraphs
from testcases.pages.playing.player import player_of
from testcases.services import CaseError, read_training
from testcases.skills import name_of

WORDS_A_MINUTE = 220


def _assignment(request: HttpRequest, assignment_id: UUID) -> Assignment:
    """One of a training that the reader may see: their own, or of an agent of theirs; 404 for any other."""
    rows = Assignment.objects.visible_to(signed_in_user(request)).filter(training__isnull=False)
    return get_object_or_404(rows.select_related("training", "agent"), pk=assignment_id)


@require_safe
@page(Capability.PRACTISE)
def training(request: HttpRequest, assignment_id: UUID) -> HttpResponse:
    player = player_of(request)
    assignment = _assignment(request, assignment_id)
    assert assignment.training is not None
    material = assignment.training.material
    context: dict[str, Any] = {
        "assignment": assignment,
        "training": assignment.training,
        "parts": paragraphs(material),
        "minutes": max(1, round(len(material.split()) / WORDS_A_MINUTE)),
        "skills": [name_of(skill) for skill in assignment.training.skills],
        "is_mine": player.agent is not None and assignment.agent_id == player.agent.pk,
        "player": player,
        "cards": cases_for(player, assignment.training),
    }
    return render(request, "testcases/practice/training.html", context)


@require_POST
@page(Capability.PRACTISE)
def read(request: HttpRequest, assignment_id: UUID) -> HttpResponse:
    """Who was sent to it has read it; to anybody else there is nothing to mark."""
    assignment = _assignment(request, assignment_id)
    agent = player_of(request).agent
    if agent is None or assignment.agent_id != agent.pk:
        raise Http404
    try:
        read_training(assignment=assignment, user=signed_in_user(request))
    except CaseError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("Noted: you have read it."))
    return redirect("test-training", assignment_id)
