"""Fields of the filters: several values of one list, of which the ones that cannot be read are left out and told."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.datastructures import MultiValueDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext


class Picker(forms.CheckboxSelectMultiple):
    """Check boxes that fold into one line; with many of them, one writes to find them."""

    template_name = "analytics/_picker.html"
    searched_from = 9

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        labels = {str(key): str(label) for key, label in self.choices}
        chosen = [labels[str(key)] for key in value or [] if str(key) in labels]
        context["widget"]["chosen"] = chosen
        context["widget"]["is_searched"] = len(labels) >= self.searched_from
        return context

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """With the site's templates: forms look for theirs elsewhere."""
        return render_to_string(self.template_name, self.get_context(name, value, attrs))


class PickField(forms.MultipleChoiceField):
    """Any number of the choices. `refused` holds what is not among them; the rest counts."""

    widget = Picker

    def __init__(self, *, label: Any, choices: Iterable[tuple[str, Any]] = ()) -> None:
        super().__init__(label=label, choices=list(choices), required=False)
        self.widget.attrs["label"] = label
        self.refused: list[str] = []

    def clean(self, value: Any) -> list[str]:
        known = [each for each in value or [] if self.valid_value(each)]
        self.refused = [each for each in value or [] if each not in known]
        return known

    @property
    def complaint(self) -> str:
        if not self.refused:
            return ""
        words = ngettext(
            "%(values)s is not among the choices and was left out.",
            "%(values)s are not among the choices and were left out.",
            len(self.refused),
        )
        return words % {"values": ", ".join(f"“{each[:60]}”" for each in self.refused[:3])}


class DayField(forms.DateField):
    def __init__(self, *, label: Any) -> None:
        super().__init__(
            label=label,
            required=False,
            input_formats=["%Y-%m-%d"],
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            error_messages={"invalid": _("This is not a day. Choose one, e.g. 2026-03-31.")},
        )


class PickForm(forms.Form):
    """A form whose values come from an address: each optional, and what cannot be read never keeps the page away."""

    def full_clean(self) -> None:
        super().full_clean()
        for name, each in self.fields.items():
            if isinstance(each, PickField) and each.complaint:
                self.errors.setdefault(name, self.error_class()).append(each.complaint)
        for name in self.errors:
            if name in self.fields:
                self.fields[name].widget.attrs["aria-invalid"] = "true"

    def value(self, name: str, default: Any = "") -> Any:
        """What was chosen and could be read, else `default`."""
        self.errors  # noqa: B018 - cleans
        return self.cleaned_data.get(name) or default


class OptionForm(PickForm):
    """What a page lets one choose beside the filters (a metric, a grain): shown above its content, sent with them.

    The first choice of a field is its default: nothing stands in the address then.
    """

    def __init__(self, data: MultiValueDict[str, str], **options: Any) -> None:
        super().__init__(data, auto_id="option-%s", **options)
        for each in self.fields.values():
            each.widget.attrs["form"] = "filters-form"
