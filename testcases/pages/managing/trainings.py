"""Trainings: the list, and writing them."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from prompts.pages.words import LANGUAGES
from salesiq.people.models import Client, User
from salesiq.people.pages import page, signed_in_user
from salesiq.people.roles import Capability
from testcases.models import Assignment, Training
from testcases.pages.managing.loading import client_of
from testcases.services import CaseError, NameTakenError, delete_training, save_training
from testcases.skills import SKILLS, name_of


class TrainingForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    name = forms.SlugField(
        label=gettext_lazy("Name"), max_length=100, help_text=gettext_lazy("As commands and the API call it")
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=list(LANGUAGES.items()))
    material = forms.CharField(
        label=gettext_lazy("Material"), max_length=50_000, widget=forms.Textarea(attrs={"rows": 18}),
        help_text=gettext_lazy("Plain text; a blank line begins a new paragraph."),
    )  # fmt: skip
    skills = forms.MultipleChoiceField(
        label=gettext_lazy("Skills"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=[(slug, each.name) for slug, each in SKILLS.items()],
    )  # fmt: skip
    is_active = forms.BooleanField(label=gettext_lazy("In use"), required=False, initial=True)


@require_safe
@page(Capability.VIEW_TESTS)
def trainings(request: HttpRequest) -> HttpResponse:
    """All of them, with how many were sent to read it and have."""
    user = signed_in_user(request)
    rows = list(Training.objects.visible_to(user).defer("material").order_by("-is_active", "title"))
    given = Assignment.objects.visible_to(user).filter(training__in=rows, cancelled_at=None).order_by()
    sums = given.values("training_id").annotate(n=Count("pk"), done_n=Count("pk", filter=Q(done_at__isnull=False)))
    counts = {row["training_id"]: (row["done_n"], row["n"]) for row in sums}
    shown = [
        {
            "training": row, "skills": [name_of(slug) for slug in row.skills],
            "language": LANGUAGES.get(row.language, row.language), "given": counts.get(row.pk),
        }
        for row in rows
    ]  # fmt: skip
    context = {"tc": "trainings", "rows": shown, "may_write": user.manages_tests and user.client_id is not None}
    return render(request, "testcases/managing/trainings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Capability.MANAGE_TESTS)
def new_training(request: HttpRequest) -> HttpResponse:
    user = signed_in_user(request)
    return _edit(request, user, client_of(user), None)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Capability.VIEW_TESTS)
def edit_training(request: HttpRequest, training_id: UUID) -> HttpResponse:
    """A training; who may not manage test cases reads it."""
    user = signed_in_user(request)
    found = _load(user, training_id)
    if request.method == "POST" and not user.manages_tests:
        raise PermissionDenied
    return _edit(request, user, found.client, found)


@require_POST
@page(Capability.MANAGE_TESTS)
def remove_training(request: HttpRequest, training_id: UUID) -> HttpResponse:
    user = signed_in_user(request)
    found = _load(user, training_id)
    delete_training(training=found, user=user)
    messages.success(request, _("The training “%(title)s” is deleted.") % {"title": found.title})
    return redirect("test-trainings")


def _load(user: User, training_id: UUID) -> Training:
    return get_object_or_404(Training.objects.visible_to(user).select_related("client"), pk=training_id)


def _edit(request: HttpRequest, user: User, client: Client, found: Training | None) -> HttpResponse:
    initial = {name: getattr(found, name) for name in TrainingForm.base_fields} if found else {}
    form = TrainingForm(request.POST if request.method == "POST" else None, initial=initial)
    if found is not None:
        own = [slug for slug in found.skills if slug not in SKILLS]
        skills = form.fields["skills"]
        assert isinstance(skills, forms.MultipleChoiceField)
        skills.choices = [*TrainingForm.base_fields["skills"].choices, *((slug, name_of(slug)) for slug in own)]  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        try:
            save_training(client=client, user=user, training=found, **form.cleaned_data)
        except NameTakenError as error:
            form.add_error("name", error.sentence)
        except CaseError as error:
            form.add_error(None, error.sentence)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The training is saved."))
            return redirect("test-trainings")
    context = {"tc": "trainings", "training": found, "form": form, "may_write": user.manages_tests}
    return render(request, "testcases/managing/training_edit.html", context, status=400 if form.errors else 200)
