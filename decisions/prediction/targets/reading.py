"""Reading a queryset as columns, and the fields that a client added."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from django.db.models import QuerySet
from numpy.typing import NDArray

from analytics.asking.columns import column_of
from analytics.metrics import CUSTOM, Rows
from analytics.metrics.dimensions import custom_kinds_of
from decisions.tables.columns import Coded, Coder
from integrations.crm.models import CustomField
from integrations.crm.models.custom import FieldType

AT_ONCE = 5_000
DAY = "datetime64[D]"


@dataclass(frozen=True, slots=True)
class Columns:
    """`plain` holds the values of each plain column, as the database gave them."""

    ids: tuple[UUID, ...]
    plain: Mapping[str, Sequence[Any]]
    groups: Mapping[str, Coded]
    numbers: Mapping[str, NDArray[np.float64]]

    def days(self, name: str) -> NDArray[np.datetime64]:
        return np.array([value or "NaT" for value in self.plain[name]], dtype=DAY)


def read_columns(
    rows: "QuerySet[Any]", *, plain: Sequence[str], groups: Mapping[str, Any], numbers: Mapping[str, Any]
) -> Columns:
    """One pass over `rows` in the order of their ids; `groups` and `numbers` are expressions by the field's name."""
    group_names = {f"g{place}": name for place, name in enumerate(groups)}
    number_names = {f"n{place}": name for place, name in enumerate(numbers)}
    made = {key: groups[name] for key, name in group_names.items()}
    made |= {key: numbers[name] for key, name in number_names.items()}
    ids: list[UUID] = []
    values: list[list[Any]] = [[] for _ in plain]
    coders = [Coder() for _ in groups]
    figures: list[list[float]] = [[] for _ in numbers]
    wanted = rows.annotate(**made).order_by("pk").values_list("pk", *plain, *group_names, *number_names)
    first_group, first_number = 1 + len(plain), 1 + len(plain) + len(coders)
    for row in wanted.iterator(chunk_size=AT_ONCE):
        ids.append(row[0])
        for column, value in zip(values, row[1:first_group], strict=True):
            column.append(value)
        for coder, value in zip(coders, row[first_group:first_number], strict=True):
            coder.add(value)
        for figure, value in zip(figures, row[first_number:], strict=True):
            figure.append(as_number(value))
    return Columns(
        ids=tuple(ids),
        plain=dict(zip(plain, values, strict=True)),
        groups={name: coder.done() for name, coder in zip(groups, coders, strict=True)},
        numbers={name: np.array(figure, dtype=np.float64) for name, figure in zip(numbers, figures, strict=True)},
    )


def as_number(value: object) -> float:
    """A finite number, else NaN."""
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return np.nan
    return number if np.isfinite(number) else np.nan


def custom_columns(client: UUID, rows: Rows) -> tuple[dict[str, Any], dict[str, Any]]:
    """Expressions of the client's own fields that `rows` have: those that group, and those that are numbers. Days are
    left out: most are written when something has happened."""
    found = CustomField.objects.filter(client=client, kind__in=custom_kinds_of(rows)).order_by("kind", "key")
    groups, numbers = {}, {}
    for kind, key, type_ in found.values_list("kind", "key", "type"):
        name = f"{CUSTOM}{kind}.{key}"
        # Without an asker: no dimension of these rows depends on who asks.
        column = column_of(rows, name, None)  # type: ignore[arg-type]
        if type_ == FieldType.NUMBER:
            numbers[name] = column
        elif type_ != FieldType.DATE:
            groups[name] = column
    return groups, numbers


def dimension_columns(rows: Rows, names: Sequence[str]) -> dict[str, Any]:
    return {name: column_of(rows, name, None) for name in names}  # type: ignore[arg-type]
