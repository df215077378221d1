"""Custom fields on the forms of records: each with a field of its type, kept in the record's `custom`."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import Any

from django import forms
from django.db.models import Model
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from integrations.crm.models import CustomField, FieldType

# No field of a model has a hyphen in its name.
PREFIX = "custom-"
LONGEST = 2000
# The values that a choice offers are those of the youngest records: a million would take too long to look through.
LOOKED_AT, OFFERED = 2000, 60
_YES, _NO = "true", "false"


class SuggestingWidget(UnfoldAdminTextInputWidget):
    """A line of text that offers known values and takes any other."""

    def __init__(self, known: Sequence[str]) -> None:
        super().__init__()
        self._known = known

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:
        list_id = f"{(attrs or {}).get('id', name)}_known"
        shown = super().render(name, value, {**(attrs or {}), "list": list_id}, renderer)
        options = format_html_join("", '<option value="{}"></option>', ((one,) for one in self._known))
        return format_html('{}<datalist id="{}">{}</datalist>', shown, list_id, options)


class CustomFieldsForm(forms.ModelForm):  # type: ignore[type-arg]
    """Mixed into the form of a record: `custom_types` is {name of the form's field: its CustomField}."""

    custom_types: Mapping[str, CustomField] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, of in self.custom_types.items():
            value = (self.instance.custom or {}).get(of.key)
            if value is not None:
                self.initial[name] = _initial(of.type, value)
                self._keep_unknown(name, of, value)

    def _keep_unknown(self, name: str, of: CustomField, value: Any) -> None:
        """A value that is neither yes nor no, or has several lines, is shown as it is."""
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField) and not isinstance(value, bool):
            field.choices = [*_choices(field), (str(value), str(value))]
        elif of.type in (FieldType.TEXT, FieldType.CHOICE) and "\n" in str(value):
            field.widget = UnfoldAdminTextareaWidget()

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        custom = dict(self.instance.custom or {})
        for name, of in self.custom_types.items():
            if name not in self.changed_data or name not in values:
                continue
            custom[of.key] = _kept(of.type, values[name])
        self.instance.custom = {key: value for key, value in custom.items() if value is not None}
        return values


def with_custom_fields(form: Any, fields: Iterable[CustomField], model: type[Model]) -> Any:
    """`form` with a field for each of `fields`."""
    types = {f"{PREFIX}{field.key}": field for field in fields}
    known = _known_values(model, [of for of in types.values() if of.type == FieldType.CHOICE])
    typed = {name: _form_field(of, known.get(of.key, [])) for name, of in types.items()}
    return type(form.__name__, (CustomFieldsForm, form), {**typed, "custom_types": types})


def _known_values(model: type[Model], fields: Sequence[CustomField]) -> dict[str, list[str]]:
    """{key: what the youngest records have there}, each in order."""
    if not fields:
        return {}
    rows = model._default_manager.filter(client=fields[0].client_id).order_by("-pk")
    found: dict[str, set[str]] = {field.key: set() for field in fields}
    for custom in rows.values_list("custom", flat=True)[:LOOKED_AT]:
        for key, values in found.items():
            if (value := custom.get(key)) not in (None, ""):
                values.add(str(value))
    return {key: sorted(values)[:OFFERED] for key, values in found.items()}


def _form_field(of: CustomField, known: Sequence[str]) -> forms.Field:
    common: dict[str, Any] = {"label": of.label, "required": False}
    match of.type:
        case FieldType.NUMBER:
            errors = {"invalid": gettext_lazy("Write a number, such as 12 or 12.5.")}
            widget = UnfoldAdminTextInputWidget({"inputmode": "decimal"})
            return forms.FloatField(**common, widget=widget, error_messages=errors)
        case FieldType.DATE:
            errors = {"invalid": gettext_lazy("Write a day, such as 2026-03-31.")}
            return forms.DateField(**common, widget=UnfoldAdminSingleDateWidget(), error_messages=errors)
        case FieldType.BOOLEAN:
            choices = [("", "–"), (_YES, gettext_lazy("Yes")), (_NO, gettext_lazy("No"))]
            return forms.ChoiceField(**common, choices=choices, widget=UnfoldAdminSelectWidget())
        case FieldType.CHOICE:
            return forms.CharField(**common, max_length=LONGEST, widget=SuggestingWidget(known))
        case _:
            return forms.CharField(**common, max_length=LONGEST, widget=UnfoldAdminTextInputWidget())


def _choices(field: forms.ChoiceField) -> list[Any]:
    return list(field.choices)  # type: ignore[arg-type]


def _initial(type_: str, value: Any) -> Any:
    if type_ == FieldType.BOOLEAN and isinstance(value, bool):
        return _YES if value else _NO
    if type_ == FieldType.DATE:
        with suppress(ValueError):
            return date.fromisoformat(str(value))
    return value


def _kept(type_: str, value: Any) -> Any:
    """As the record keeps it, the way imports do; None for nothing."""
    if value in (None, ""):
        return None
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    return {_YES: True, _NO: False}.get(value, value) if type_ == FieldType.BOOLEAN else value


def stage_choices(present: str, names: Iterable[str]) -> list[tuple[str, str]]:
    """What a deal's stage may be: nothing, the stages in order, and the `present` one where it is none of them."""
    known = list(dict.fromkeys(names))
    extra = [present] if present and present not in known else []
    return [("", _("No stage")), *((name, name) for name in [*known, *extra])]
