"""Every list of the back office costs as many queries with twenty rows as with two, and takes no large column along."""

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from django.contrib import admin
from django.db import connection, models
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.access.world import make_world

MORE = 18
# A count, or the progress of what is under way, that a list of two did not need.
SOME = 2
_numbers = count(1)
# Rows that only the database makes, or that are read-only in it; each has a test of its own.
NOT_COPIED = {"audit.auditevent"}
# Columns of which one holds a call's words or more.
LARGE = ("segments", "peaks", "criteria", "stages", "words")


def another(field: Any, value: Any) -> Any:
    """A value like `value` that no other row has."""
    number = next(_numbers)
    if isinstance(field, models.ForeignKey):
        return copy_of(field.remote_field.model._base_manager.get(pk=value)).pk
    if isinstance(value, UUID):
        return UUID(int=number)
    if isinstance(value, datetime | date):
        return value + timedelta(days=number)
    if isinstance(value, int):
        return value + number
    return f"{str(value)[: (field.max_length or 40) - 8]}{number}"


def copy_of(row: models.Model) -> models.Model:
    """The row once more, with other values where no two rows may be alike."""
    opts = row._meta
    values = {field.attname: getattr(row, field.attname) for field in opts.concrete_fields}
    values.pop(opts.pk.attname) if not opts.pk.is_relation else None
    changed = {field.name for field in opts.concrete_fields if field.unique and not field.primary_key}
    changed |= {_easiest(opts, rule.fields) for rule in opts.constraints if isinstance(rule, models.UniqueConstraint)}
    changed |= {_easiest(opts, names) for names in opts.unique_together}
    if opts.pk.is_relation:
        changed.add(opts.pk.name)
    for name in changed - {None}:
        field = opts.get_field(name)
        if values[field.attname] not in (None, ""):
            values[field.attname] = another(field, values[field.attname])
    made = type(row)(**values)
    type(row)._base_manager.bulk_create([made])
    return made


def _easiest(opts: Any, names: Any) -> str | None:
    """Of fields that are unique together the one to change: a text or number before a relation."""
    fields = [opts.get_field(name) for name in names]
    plain = [field for field in fields if not field.is_relation and not field.choices]
    return (plain or fields)[-1].name if fields else None


def asked(queries: CaptureQueriesContext) -> list[str]:
    """What a list asked for; when the session was last seen is written once a minute, whatever the list."""
    return [query["sql"] for query in queries if not any(name in query["sql"] for name in ("SAVEPOINT", "session"))]


@pytest.fixture
def world(db):
    return make_world()


def test_a_list_costs_the_same_for_two_rows_as_for_twenty(world, client):
    client.force_login(world.people["superuser"])
    wrong = []
    for model in sorted(admin.site._registry, key=lambda model: model._meta.label_lower):
        label = model._meta.label_lower
        row = model._base_manager.first()
        if label in NOT_COPIED or row is None:
            continue
        address = reverse(f"admin:{label.replace('.', '_')}_changelist")
        client.get(address)
        with CaptureQueriesContext(connection) as few:
            client.get(address)
        for _ in range(MORE):
            copy_of(row)
        with CaptureQueriesContext(connection) as many:
            answer = client.get(address)
        assert answer.status_code == 200
        few_asked, many_asked = asked(few), asked(many)
        if len(many_asked) > len(few_asked) + SOME:
            wrong.append(f"{label}: {len(few_asked)} queries, then {len(many_asked)}: {many_asked[-1][:200]}")
        large = [name for name in LARGE if any(f'."{name}"' in query["sql"] for query in many)]
        if large:
            wrong.append(f"{label}: takes {', '.join(large)} along")
    assert not wrong, "\n".join(wrong)
