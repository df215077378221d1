"""Putting a line of the transcript right, in its place."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from recordings.correcting.services import correct_utterance, undo_correction, utterance_version
from recordings.models import Review, SalesCall
from recordings.pages.access import page, signed_in_user
from recordings.pages.review.call_data import call_data, with_words
from recordings.pages.review.json_door import json_body, told_in_json
from recordings.selectors import list_calls
from salesiq.people.roles import Capability


@require_POST
@page(Capability.EDIT_CALLS)
@told_in_json
def correct(request: HttpRequest, review_id: UUID, position: int) -> JsonResponse:
    """`{text, role, seen: {text, role}}`, or `{undo: true, seen}`; answers the line as the page shows it.

    `seen` is what the line said when it was opened: it is refused where somebody was quicker.
    """
    user = signed_in_user(request)
    review = get_object_or_404(Review.objects.visible_to(user), pk=review_id)
    call = get_object_or_404(list_calls(user), pk=review.call_id)
    body = json_body(request)
    version = _version_seen(call, position, body.get("seen"))
    if body.get("undo") is True:
        undo_correction(call=call, position=position, actor=user, version=version)
    else:
        text, role = str(body.get("text", "")), str(body.get("role", ""))
        correct_utterance(call=call, position=position, text=text, role=role, actor=user, version=version)
    lines = call_data(with_words(list_calls(user)).get(pk=call.pk))["lines"]
    return JsonResponse(next(line for line in lines if line["p"] == position))


def _version_seen(call: SalesCall, position: int, seen: object) -> str:
    """The version of the line, if it still says what was seen; the service holds it against the line as it locks it."""
    row = call.utterances.filter(position=position).first()
    if row is None or not isinstance(seen, dict) or (row.text, row.role) != (seen.get("text"), seen.get("role")):
        raise ValidationError(
            _("Somebody else has changed this line since you opened it. Reload the page and look at it anew."),
            code="changed",
        )
    return utterance_version(row)
