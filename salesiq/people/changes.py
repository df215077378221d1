"""What a form changed, as the audit trail may keep it: names of fields; values only of those that give rights."""

from collections.abc import Collection, Iterable
from typing import Any

from django import forms
from django.db.models import Model


def describe_changes(
    form: forms.BaseForm, formsets: Iterable[Any] | None, *, rights: Collection[str], add: bool
) -> dict[str, Any]:
    """`fields` that changed, by name; `before` and `after` of those in `rights`, as ids and codes; `parts`: how many
    rows of each related kind were added, changed or deleted along."""
    changed = [name for name in form.changed_data if name in form.fields or name == "password"]
    told = [name for name in changed if name in rights and name in form.cleaned_data]
    found: dict[str, Any] = {} if add else {"fields": changed}
    if told and not add:
        found["before"] = {name: _code(form.get_initial_for_field(form.fields[name], name)) for name in told}
    if told:
        found["after"] = {name: _code(form.cleaned_data[name]) for name in told}
    parts = {formset.model._meta.model_name: count for formset in formsets or () if (count := _touched(formset))}
    return found | ({"parts": parts} if parts else {})


def _touched(formset: Any) -> int:
    return len(formset.new_objects) + len(formset.changed_objects) + len(formset.deleted_objects)


def _code(value: Any) -> Any:
    if isinstance(value, Model):
        return str(value.pk)
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Iterable):
        return sorted(str(_code(one)) for one in value)
    return str(value)
