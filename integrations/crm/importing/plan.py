"""How a file is read: which column goes where, and how each is converted. Made once, before the first row."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from integrations.crm.importing.converting import Column, Style, column_for, custom_column
from integrations.crm.importing.errors import MappingError
from integrations.crm.importing.fields import CUSTOM, ENTERED, FIELDS, Field, Type, field_of
from integrations.crm.importing.profiles import custom_type
from integrations.crm.importing.survey import Survey
from integrations.crm.models import CustomField
from salesiq.people.models import Client

# At least one of these must have a column; a row may then still leave it empty where it may be.
_ONE_OF = {
    "contacts": ("name", "first_name", "last_name", "email", "phone"),
    "tasks": ("created_on", "due_on"),
    "targets": ("period", "since"),
    "ad_costs": ("period", "since"),
}


@dataclass(frozen=True, slots=True)
class Plan:
    """`goals` are the fields that columns go to, by the columns' places; `customs` the keys of custom fields."""

    goals: tuple[tuple[int, str, Column], ...]
    customs: tuple[tuple[int, str, Column], ...]
    required: tuple[Field, ...]
    id_at: int | None
    used: tuple[int, ...]
    width: int
    signature: bytes


def missing_fields(kind: str, mapping: Mapping[str, str]) -> list[Field]:
    """Required fields that no column goes to."""
    goals = set(mapping.values())
    missing = [field for field in FIELDS[kind] if field.required and field.name not in goals]
    one_of = _ONE_OF.get(kind, ())
    if one_of and not goals & set(one_of):
        missing += [field for field in FIELDS[kind] if field.name == one_of[0]]
    return missing


def check_complete(kind: str, survey: Survey) -> None:
    """Raises MappingError: a required field has no column."""
    if missing := missing_fields(kind, survey.mapping):
        raise MappingError(
            _("No column says: %(fields)s. Name one in the mapping; the file has: %(columns)s.")
            % {
                "fields": ", ".join(f"{field.label} ({field.name})" for field in missing),
                "columns": ", ".join(f"“{name}”" for name in survey.header[:40]),
            }
        )


def make_plan(
    client: Client, kind: str, survey: Survey, styles: Mapping[str, bool], *, dry: bool, custom: bool
) -> Plan:
    """The converters of the survey's mapping. Custom fields that are not there yet are made, unless `dry`."""
    zone = ZoneInfo(client.time_zone)
    goals: list[tuple[int, str, Column]] = []
    customs: list[tuple[int, str, Column]] = []
    id_at = survey.column_of("external_id")
    types = _custom_types(client, kind, survey, dry=dry) if custom else {}
    for at, name in enumerate(survey.header):
        goal, style = survey.mapping[name], _style(survey, name, styles, zone)
        if goal.startswith(CUSTOM):
            if custom:
                key = goal.removeprefix(CUSTOM)
                customs.append((at, key, custom_column(name, types[key], style)))
        elif goal.startswith(ENTERED):
            goals.append((at, goal, column_for(name, Field(goal, Type.DAY), style)))
        elif goal and at != id_at:
            field = field_of(kind, goal)
            assert field is not None
            goals.append((at, goal, column_for(name, field, style)))
    used = sorted({at for at, _goal, _column in (*goals, *customs)} | ({id_at} if id_at is not None else set()))
    signature = [[survey.mapping[survey.header[at]], _told(survey, survey.header[at], styles)] for at in used]
    return Plan(
        tuple(goals), tuple(customs), tuple(field for field in FIELDS[kind] if field.required), id_at, tuple(used),
        len(survey.header), hashlib.blake2b(json.dumps(signature).encode(), digest_size=16).digest(),
    )  # fmt: skip


def _told(survey: Survey, name: str, styles: Mapping[str, bool]) -> list[bool]:
    return [
        survey.day_first.get(name, styles["day_first"]),
        survey.decimal_comma.get(name, styles["decimal_comma"]),
    ]


def _style(survey: Survey, name: str, styles: Mapping[str, bool], zone: tzinfo) -> Style:
    day_first, decimal_comma = _told(survey, name, styles)
    return Style(day_first, decimal_comma, zone)


def _custom_types(client: Client, kind: str, survey: Survey, *, dry: bool) -> dict[str, str]:
    """The type of each custom field of the mapping: as it is, or as its column's values look."""
    labels = {
        goal.removeprefix(CUSTOM): (profile.name, custom_type(profile))
        for profile in survey.profiles
        if (goal := survey.mapping[profile.name]).startswith(CUSTOM)
    }
    rows = CustomField.objects.filter(client=client, kind=kind, key__in=list(labels))
    types = dict(rows.values_list("key", "type"))
    new = {key: told for key, told in labels.items() if key not in types}
    if not dry:
        CustomField.objects.bulk_create(
            [
                CustomField(client=client, kind=kind, key=key, label=name[:120], type=type_)
                for key, (name, type_) in new.items()
            ],
            ignore_conflicts=True,
        )
    return {**{key: str(type_) for key, (_name, type_) in new.items()}, **types}


def left_out(survey: Survey) -> list[str]:
    """Columns that would be custom fields."""
    return [name for name, goal in survey.mapping.items() if goal.startswith(CUSTOM)]
