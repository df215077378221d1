"""The library, one moment, and keeping a new one."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from recordings.coaching.goal_measures import question_names
from recordings.models import Moment, MomentShare, SalesCall
from recordings.moments.selectors import audible_moments, library, skills_in, spoken_in
from recordings.moments.services import (
    DEFAULT_DAYS,
    MOST_DAYS,
    change_moment,
    delete_moment,
    make_moment,
    may_withdraw,
    publish_moment,
    revoke_share,
    share_moment,
    withdraw_moment,
)
from recordings.pages.access import page, signed_in_user
from recordings.pages.agent.coaching_rows import moment_clip
from recordings.pages.labels import ROLES, label
from recordings.pages.library.sound import send_clip
from recordings.pages.review.back import back_from
from recordings.selectors import list_calls
from salesiq.audit.services import record_event
from salesiq.people.models import User
from salesiq.people.roles import Capability

ON_A_PAGE = 24


class MomentForm(forms.Form):
    """What is said about a moment."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    skill = forms.ChoiceField(label=gettext_lazy("Skill"), required=False)
    note = forms.CharField(
        label=gettext_lazy("Why it is worth hearing"), max_length=2000, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    def __init__(self, *args: Any, skills: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "moment-%s", **kwargs})
        skill = self.fields["skill"]
        assert isinstance(skill, forms.ChoiceField)
        skill.choices = [("", _("No skill")), *skills.items()]


class NewMomentForm(MomentForm):
    """The same with the stretch, in seconds."""

    start = forms.FloatField(min_value=0)
    end = forms.FloatField(min_value=0)
    publish = forms.BooleanField(required=False)


@require_safe
@page(Capability.VIEW_CALLS)
def moments(request: HttpRequest) -> HttpResponse:
    """The library; `?drafts=1` shows coaches what is not in it yet."""
    user = signed_in_user(request)
    coaches = user.can(Capability.COACH)
    drafts = coaches and request.GET.get("drafts") == "1"
    words, skill = request.GET.get("q", "")[:200], request.GET.get("skill", "")[:60]
    names = _skills(user)
    rows = library(user, words=words, skill=skill, drafts=drafts)
    number = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    known = skills_in(library(user, drafts=drafts))
    context = {
        "moments": [_card(moment, names) for moment in number.object_list],
        "number": number,
        "skills": [(key, names.get(key, key)) for key in known],
        "words": words,
        "skill": skill,
        "drafts": drafts,
        "coaches": coaches,
    }
    return render(request, "recordings/library/list.html", context)


def _skills(user: User) -> dict[str, str]:
    return question_names(user.client) if user.client else {}


def _card(moment: Moment, names: dict[str, str]) -> dict[str, Any]:
    length = round(moment.end - moment.start)
    skill = names.get(moment.skill, moment.skill)
    return {"row": moment, "clip": moment_clip(moment), "skill": skill, "seconds": length}


@require_http_methods(["GET", "HEAD"])
@page(Capability.VIEW_CALLS)
def moment(request: HttpRequest, moment_id: UUID) -> HttpResponse:
    """One moment: its sound, its words, and, for coaches, its links."""
    user = signed_in_user(request)
    row = get_object_or_404(audible_moments(user).select_related("call__agent", "created_by"), pk=moment_id)
    return moment_page(request, row)


def moment_page(
    request: HttpRequest, row: Moment, *, secret: str = "", sound: str = "", fresh: str = ""
) -> HttpResponse:
    """`secret`: it is opened by a link; `fresh`: the address of a link just made, shown this once."""
    user = signed_in_user(request)
    record_event(action="viewed", target=row, actor=user, request=request, details={"call": str(row.call_id)})
    may_edit = not secret and user.can(Capability.COACH) and _sees_call(user, row)
    names = question_names(row.client)
    context = {
        "moment": row,
        "card": _card(row, names),
        "sound": sound,
        "spoken": [(line, label(ROLES, line.role)) for line in spoken_in(row)],
        "by_link": bool(secret),
        "may_edit": may_edit,
        "may_withdraw": not secret and row.published_at is not None and may_withdraw(row, user),
        "form": MomentForm(skills=names, initial=_initial(row)) if may_edit else None,
        "shares": list(row.shares.select_related("created_by")) if may_edit else [],
        "fresh": fresh,
        "default_days": DEFAULT_DAYS,
        "most_days": MOST_DAYS,
    }
    return render(request, "recordings/library/moment.html", context)


def _initial(row: Moment) -> dict[str, Any]:
    return {"title": row.title, "note": row.note, "skill": row.skill}


def _sees_call(user: User, row: Moment) -> bool:
    return SalesCall.objects.visible_to(user).filter(pk=row.call_id).exists()


@require_safe
@page(Capability.VIEW_CALLS)
def moment_sound(request: HttpRequest, moment_id: UUID) -> HttpResponseBase:
    user = signed_in_user(request)
    rows = audible_moments(user).select_related("call__recording")
    return send_clip(request, get_object_or_404(rows, pk=moment_id))


@require_POST
@page(Capability.COACH)
def moment_change(request: HttpRequest, moment_id: UUID) -> HttpResponse:
    """What coaches do with a moment of a call they see: `do` is save, publish, delete, share or revoke."""
    user = signed_in_user(request)
    row = _own_moment(user, moment_id)
    do = request.POST.get("do", "")
    if do == "delete":
        delete_moment(moment=row, actor=user)
        messages.success(request, _("The moment was deleted."))
        return redirect("library")
    if do == "share":
        return _share(request, row)
    if do == "publish":
        publish_moment(moment=row, actor=user)
    elif do == "revoke":
        share = get_object_or_404(MomentShare, pk=_uuid(request.POST.get("share", "")), moment=row)
        revoke_share(share=share, actor=user)
    else:
        _save(request, row)
    return redirect("moment", moment_id)


def _save(request: HttpRequest, row: Moment) -> None:
    form = MomentForm(request.POST, skills=question_names(row.client))
    if not form.is_valid():
        messages.warning(request, _("Give the moment a title."))
        return
    change_moment(moment=row, actor=signed_in_user(request), **form.cleaned_data)


def _share(request: HttpRequest, row: Moment) -> HttpResponse:
    """The page again, with the link, once: a reload does not show it."""
    try:
        days = int(request.POST.get("days", DEFAULT_DAYS))
        _made, secret = share_moment(moment=row, actor=signed_in_user(request), days=days)
    except (ValueError, ValidationError):
        messages.warning(request, _("A link is open for 1 to %(n)d days.") % {"n": MOST_DAYS})
        return redirect("moment", row.pk)
    return moment_page(request, row, fresh=request.build_absolute_uri(reverse("moment-shared", args=[secret])))


@require_POST
@page(Capability.VIEW_CALLS)
def moment_withdraw(request: HttpRequest, moment_id: UUID) -> HttpResponse:
    """Out of the library again: by who coaches, or by the agent who is heard."""
    user = signed_in_user(request)
    withdraw_moment(moment=_own_moment(user, moment_id), actor=user)
    messages.success(request, _("The moment is no longer in the library, and its links are closed."))
    return redirect("library")


def _own_moment(user: User, moment_id: UUID) -> Moment:
    """A moment of a call that the user sees."""
    rows = audible_moments(user).filter(call__in=SalesCall.objects.visible_to(user).values("pk"))
    return get_object_or_404(rows.select_related("call__agent", "call__recording", "client"), pk=moment_id)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@require_POST
@page(Capability.COACH)
def keep_moment(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """A stretch of a call is kept; the way goes on to the new moment, or back to the review that it was found in."""
    user = signed_in_user(request)
    call = get_object_or_404(list_calls(user), pk=call_id)
    form = NewMomentForm(request.POST, skills=question_names(call.client))
    problem = ""
    if form.is_valid():
        values = dict(form.cleaned_data)
        publish = values.pop("publish")
        try:
            kept = make_moment(call=call, actor=user, **values)
        except ValidationError as error:
            problem = " ".join(error.messages)
        else:
            if publish:
                publish_moment(moment=kept, actor=user)
            messages.success(request, _("The moment was kept."))
            return back_from(request, call) if "review" in request.POST else redirect("moment", kept.pk)
    else:
        problem = " ".join(str(message) for errors in form.errors.values() for message in errors)
    messages.warning(request, problem)
    return back_from(request, call)
