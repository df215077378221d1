"""What is masked in a client's calls, and a place to try it."""

from typing import Any

from babel import Locale
from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.urls import path
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from recordings.language.personal_data.countries import known_countries
from recordings.language.types import LANGUAGES
from recordings.models import DataKind, RedactionPolicy
from recordings.models.redaction import default_kinds
from recordings.privacy.try_out import mask_sample
from salesiq.people.backoffice import ScopedModelAdmin, TenantForm, signed_in
from salesiq.people.roles import Capability

MOST_CHARACTERS = 5_000


def _countries() -> list[tuple[str, str]]:
    """Countries by their names in the reader's language."""
    names = Locale.parse(get_language() or "en", sep="-").territories
    return sorted(((code, names.get(code, code)) for code in known_countries()), key=lambda each: each[1])


class RedactionPolicyForm(TenantForm):
    text_kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Masked in text"),
        choices=DataKind.choices,
        initial=default_kinds,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Names, phones and addresses are what sales works with: mask them only if nobody does."),
    )
    sound_kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Masked in sound"),
        choices=DataKind.choices,
        initial=default_kinds,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    countries = forms.MultipleChoiceField(
        label=gettext_lazy("Countries whose id numbers are looked for"),
        choices=_countries,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: all of them."),
    )

    class Meta:
        model = RedactionPolicy
        fields = ("client", "text_kinds", "sound_kinds", "sound_mask", "all_channels", "keep_original", "countries")

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        client = values["client"].pk if values.get("client") else self.instance.client_id
        if self.instance._state.adding and client and RedactionPolicy.objects.filter(client=client).exists():
            raise ValidationError(_("This client has a redaction policy already. Change that one."), code="unique")
        return values

    def _get_validation_exclusions(self) -> set[str]:
        """One policy per client is checked above: people of one client have no such field to show the error at."""
        return super()._get_validation_exclusions() | {"client"}


@admin.register(RedactionPolicy)
class RedactionPolicyAdmin(ScopedModelAdmin):
    view_capability = Capability.MANAGE_PRIVACY
    change_capability = Capability.MANAGE_PRIVACY
    add_capability = Capability.MANAGE_PRIVACY
    delete_capability = Capability.MANAGE_PRIVACY

    form = RedactionPolicyForm
    list_display = ["client", "in_text", "in_sound", "sound_mask", "keep_original"]
    list_select_related = ["client"]
    change_form_after_template = "admin/recordings/redactionpolicy/try_out.html"  # type: ignore[assignment]

    class Media:
        js = ("salesiq/redaction_try_out.js",)

    @admin.display(description=gettext_lazy("masked in text"))
    def in_text(self, policy: RedactionPolicy) -> str:
        return _named(policy.text_kinds)

    @admin.display(description=gettext_lazy("masked in sound"))
    def in_sound(self, policy: RedactionPolicy) -> str:
        return _named(policy.sound_kinds)

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return ["client"] if obj else []

    def get_urls(self) -> list[Any]:
        own = path("try-out", self.admin_site.admin_view(self.try_out), name="recordings_redactionpolicy_try_out")
        return [own, *super().get_urls()]

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        context["languages"] = LANGUAGES
        return super().render_change_form(request, context, *args, **kwargs)

    def try_out(self, request: HttpRequest) -> HttpResponse:
        """A text as these rules would leave it. Nothing of it is stored or logged."""
        if not signed_in(request).can(Capability.MANAGE_PRIVACY):
            return JsonResponse({"error": _("You may not change what is masked.")}, status=403)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        kinds = [kind for kind in request.POST.getlist("text_kinds") if kind in DataKind.values]
        language = request.POST.get("language", "")
        text = request.POST.get("text", "")[:MOST_CHARACTERS]
        masked, found = mask_sample(
            text,
            language=language if language in LANGUAGES else "en",
            kinds=kinds,
            countries=request.POST.getlist("countries"),
        )
        names = dict(DataKind.choices)
        return JsonResponse({"masked": masked, "found": {str(names[kind]): count for kind, count in found.items()}})


def _named(kinds: list[str]) -> str:
    return ", ".join(str(name) for kind, name in DataKind.choices if kind in kinds) or "–"
