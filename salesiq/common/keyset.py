"""A total order over rows, and the condition for "after this row": the ground of keyset pagination.

Rows are ordered by the given fields and then by primary key, so that no two rows share a place. Empty values
come last in either direction. DRF's own cursor pagination keeps only the first field's value and counts through
ties, which loses rows after a thousand equal ones and cannot pass an empty value.
"""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import F, ForeignObjectRel, Model, Q, QuerySet
from django.db.models.expressions import OrderBy


@dataclass(frozen=True, slots=True)
class Key:
    """One ordering field. `path` may cross relations; `nullable` when a row may have no value there."""

    path: str
    descending: bool
    nullable: bool
    field: Any

    @property
    def alias(self) -> str:
        """The attribute that carries the value on a fetched row."""
        return f"keyset_{self.path}" if "__" in self.path else self.path

    def ordering(self, *, reverse: bool) -> OrderBy:
        descending = self.descending != reverse
        expression = F(self.path)
        empties = {"nulls_first" if reverse else "nulls_last": True} if self.nullable else {}
        return expression.desc(**empties) if descending else expression.asc(**empties)

    def equal(self, value: Any) -> Q:
        return Q(**{f"{self.path}__isnull": True}) if value is None else Q(**{self.path: value})

    def beyond(self, value: Any, *, reverse: bool) -> Q | None:
        """Rows strictly after `value` in this direction; None when there can be none."""
        if value is None:
            return Q(**{f"{self.path}__isnull": False}) if reverse else None
        lookup = "lt" if self.descending != reverse else "gt"
        after = Q(**{f"{self.path}__{lookup}": value})
        return after | Q(**{f"{self.path}__isnull": True}) if self.nullable and not reverse else after

    def not_before(self, value: Any, *, reverse: bool) -> Q:
        """An outer bound that a plain index on the first field can serve."""
        return Q(**{f"{self.path}__{'lte' if self.descending != reverse else 'gte'}": value})


def keys_of(queryset: QuerySet[Any], ordering: tuple[str, ...]) -> tuple[Key, ...]:
    """The total order for `ordering` ("-created_at", "customer__name"), ended by the primary key."""
    names = [name for name in ordering if name.lstrip("-") not in ("pk", queryset.model._meta.pk.name)]
    last_descends = bool(ordering) and ordering[-1].startswith("-")
    names.append(f"{'-' if last_descends else ''}{queryset.model._meta.pk.name}")
    return tuple(_key(queryset, name) for name in names)


def ordered(queryset: QuerySet[Any], keys: tuple[Key, ...], *, reverse: bool) -> QuerySet[Any]:
    """`queryset` in the order of `keys`, with the values of crossed relations fetched along."""
    crossed = {key.alias: F(key.path) for key in keys if "__" in key.path}
    rows: QuerySet[Any] = queryset.annotate(**crossed)
    return rows.order_by(*(key.ordering(reverse=reverse) for key in keys))


def after(keys: tuple[Key, ...], values: list[Any], *, reverse: bool) -> Q:
    """The rows that come after the one with `values`, or before it with `reverse`."""
    condition, level = Q(pk__in=[]), Q()
    for key, value in zip(keys, values, strict=True):
        beyond = key.beyond(value, reverse=reverse)
        if beyond is not None:
            condition |= level & beyond
        level &= key.equal(value)
    first, value = keys[0], values[0]
    return condition if first.nullable else first.not_before(value, reverse=reverse) & condition


def position(row: Model, keys: tuple[Key, ...]) -> list[str | None]:
    """The row's place as text."""
    return [_as_text(getattr(row, key.alias), key) for key in keys]


def parse_position(texts: list[str | None], keys: tuple[Key, ...]) -> list[Any]:
    """The typed values of `position`. Raises ValueError or ValidationError for what does not fit."""
    if len(texts) != len(keys):
        raise ValueError("The position belongs to another order.")
    return [None if text is None else key.field.to_python(text) for text, key in zip(texts, keys, strict=True)]


def _as_text(value: Any, key: Key) -> str | None:
    if value is None:
        return None
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _key(queryset: QuerySet[Any], name: str) -> Key:
    path, descending = name.lstrip("-"), name.startswith("-")
    annotation = queryset.query.annotations.get(path)
    if annotation is not None:
        return Key(path, descending, nullable=True, field=annotation.output_field)
    field, nullable = _resolve(queryset.model, path)
    if field.is_relation:
        # The related key's own column: its row need not be read to know the place.
        path, field = f"{path.removesuffix(field.name)}{field.attname}", field.target_field
    return Key(path, descending, nullable, field)


def _resolve(model: type[Model], path: str) -> tuple[Any, bool]:
    """The field at the end of `path`, and whether any step on the way may be empty."""
    nullable = False
    field: Any = None
    here: Any = model
    for step in path.split("__"):
        if field is not None:
            here = field.related_model
        field = here._meta.pk if step == "pk" else here._meta.get_field(step)
        nullable = nullable or isinstance(field, ForeignObjectRel) or bool(getattr(field, "null", False))
    if isinstance(field, ForeignObjectRel) or field is None:
        raise FieldDoesNotExist(f"{path} does not end in a column.")
    return field, nullable
