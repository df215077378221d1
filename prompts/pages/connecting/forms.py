"""Forms of endpoints, models and the policy."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prompts.models import LanguageModel, ModelPolicy, ModelProvider, ProviderKind
from prompts.providers.connecting import check_provider


class ProviderForm(forms.ModelForm):  # type: ignore[type-arg]
    """`key` is written and never shown again; left empty, the one that is there stays, unless the host changes."""

    base_url = forms.CharField(
        label=gettext_lazy("Base URL"), max_length=500,
        help_text=gettext_lazy("e.g. https://api.openai.com/v1"),
    )  # fmt: skip
    key = forms.CharField(
        label=gettext_lazy("Key"), required=False, max_length=500, strip=True,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("Kept sealed and never shown again; empty keeps the one that is there"),
    )  # fmt: skip

    class Meta:
        model = ModelProvider
        fields = (
            "name", "base_url", "key", "key_reference", "leaves_house", "is_enabled", "order", "timeout_seconds",
            "max_attempts", "max_concurrency", "requests_per_minute",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.kind == ProviderKind.EMBEDDED:
            for name in ("base_url", "key_reference", "leaves_house"):
                del self.fields[name]
            self.fields["key"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "base_url" in cleaned and "key_reference" in cleaned:
            probe = ModelProvider(base_url=cleaned["base_url"], key_reference=cleaned["key_reference"])
            try:
                check_provider(probe)
            except ValidationError as error:
                self.add_error(None, error)
        others = ModelProvider.objects.filter(client=self.instance.client, name=cleaned.get("name", ""))
        if others.exclude(pk=self.instance.pk).exists():
            self.add_error("name", _("There is an endpoint of this name already."))
        return cleaned


class LanguageModelForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = LanguageModel
        fields = (
            "name", "context_tokens", "max_output_tokens", "input_price", "output_price", "cached_input_price",
            "currency", "order", "takes_schema", "useful", "is_enabled",
        )  # fmt: skip
        labels = {
            "input_price": gettext_lazy("Price of a million tokens in"),
            "output_price": gettext_lazy("Price of a million tokens out"),
            "cached_input_price": gettext_lazy("Price of a million cached tokens in"),
        }

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        others = LanguageModel.objects.filter(provider=self.instance.provider, name=name)
        if others.exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("This endpoint has a model of this name already."))
        return name


class PolicyForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = ModelPolicy
        fields = (
            "may_leave_house", "redacted_only", "use_in_product", "monthly_budget", "currency", "requests_per_minute",
        )  # fmt: skip
        help_texts = {
            "may_leave_house": gettext_lazy("To endpoints that somebody else runs; otherwise only to your own"),
            "redacted_only": gettext_lazy("Personal data is masked before a text is sent"),
            "monthly_budget": gettext_lazy("Empty: no limit. At the limit nothing is asked until the next month."),
        }
