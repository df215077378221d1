"""Every stored text in which a person may be named, whichever table it stands in.

The tables are found by looking at the models, so that a new one is searched from its first day; a table that is
left out has its reason in EXEMPT.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db import IntegrityError, models, transaction
from django.db.models.functions import Cast

from recordings.models import Utterance
from recordings.privacy.identity import Identity
from salesiq.common.kept_rows import with_masked_hash
from salesiq.people.models import Client
from salesiq.people.scoping import ScopedQuerySet
from salesiq.vault.fields import BlindIndexField, SealedField

EXEMPT = {
    "people.client": "the company itself",
    "people.team": "the company's own structure",
    "people.agent": "the company's own people",
    "people.user": "the company's own people",
    "people.customer": "the person's own rows are removed whole; another customer of the same name is another person",
    "recordings.script": "what the company wants said",
    "recordings.scorecard": "what the company measures by",
    "recordings.erasurerequest": "emptied by the erasure itself",
    "recordings.personexport": "emptied by the erasure itself",
    "recordings.callwords": "drawn anew from the utterances whenever one changes, see recordings/searching",
    "recordings.pipelinestep": "names of stages and hashes",
    "prompts.modelprovider": "endpoints and references to keys",
    "prompts.languagemodel": "names of models",
    "prompts.modelpolicy": "what the company allows",
    "prompts.promptlabel": "names of labels",
    "prompts.promptexperiment": "versions and a random text",
    "common.idempotentrequest": "removed whole, see traces.py",
    "audit.auditchain": "a number and a hash",
    "audit.auditevent": "append-only, and made without personal data",
    "jobs.workerheartbeat": "names of machines",
    "crm.product": "what the company sells",
    "crm.stage": "names of steps",
    "crm.agentprofile": "the company's own people",
    "crm.industrystandard": "published figures",
    "analytics.agentsums": "counted anew from the calls whenever one changes",
    "analytics.clientsums": "counted anew from the calls whenever one changes",
}
# Of these tables only some rows are searched: a hold in force keeps its grounds.
ONLY = {"recordings.legalhold": models.Q(released_at__isnull=False)}
SEARCH_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class TextTable:
    """A model with its texts and the paths from it to the tenant and to the call it belongs to."""

    model: type[models.Model]
    fields: tuple[str, ...]
    client: str
    call: str

    @property
    def sealed(self) -> frozenset[str]:
        """Those of its texts that lie encrypted."""
        return frozenset(name for name in self.fields if isinstance(self.model._meta.get_field(name), SealedField))

    @property
    def label(self) -> str:
        return self.model._meta.label_lower


@dataclass(frozen=True, slots=True)
class Mention:
    """One row that names the person; `call` is the call it belongs to, if any."""

    table: TextTable
    pk: Any
    call: UUID | None
    fields: tuple[str, ...]


def text_tables() -> list[TextTable]:
    """Every table of salesiq that holds texts about calls and their people."""
    found = [_text_table(model) for model in apps.get_models() if _is_ours(model)]
    return [table for table in found if table.fields and table.label not in EXEMPT]


def _is_ours(model: type[models.Model]) -> bool:
    """Whether the model is of this project and not of a library."""
    path = Path(model._meta.app_config.path)
    return path.is_relative_to(settings.BASE_DIR) and "site-packages" not in path.parts


def _text_table(model: type[models.Model]) -> TextTable:
    kinds = (models.CharField, models.TextField, models.JSONField)
    texts = [
        field.name
        for field in model._meta.concrete_fields
        if isinstance(field, kinds) and not field.choices and not field.primary_key and not _is_code(field)
    ]
    return TextTable(model, tuple(texts), _client_path(model), _call_path(model))


def _is_code(field: Any) -> bool:
    """Hashes, language codes, kinds: too short for a person, or made by us."""
    if isinstance(field, BlindIndexField):
        return True
    is_short = isinstance(field, models.CharField) and (field.max_length or 999) <= 8
    return is_short or "sha256" in field.name or "hash" in field.name


def _call_path(model: type[models.Model]) -> str:
    if model._meta.label_lower == "recordings.salescall":
        return "pk"
    for path in ("call", "score__call", "review__call", "utterance__call", "run__call", "result__run__call"):
        if _leads_to_a_call(model, path):
            return path
    # What a prompt was filled from is named by kind and id: a call's id, or one that no call has.
    return "subject_id" if any(field.name == "subject_id" for field in model._meta.concrete_fields) else ""


def _leads_to_a_call(model: type[models.Model], path: str) -> bool:
    for name in path.split("__"):
        try:
            field = model._meta.get_field(name)
        except FieldDoesNotExist:
            return False
        if not field.is_relation or field.related_model is None:  # a score may be a number
            return False
        model = field.related_model
    return model._meta.label_lower == "recordings.salescall"


def _client_path(model: type[models.Model]) -> str:
    rows = model._default_manager.get_queryset()
    if isinstance(rows, ScopedQuerySet):
        return rows.scope.client
    call = _call_path(model)
    return f"{call}__client" if call else ""


def find_mentions(
    *, identity: Identity, client: Client, outside: Iterable[UUID] = (), tables: list[TextTable] | None = None
) -> Iterator[Mention]:
    """Rows of `client` that name the person, except those of the calls `outside`. Reads row by row, not all at once."""
    if not identity.is_searchable:
        return
    left_out = frozenset(outside)
    for table in tables if tables is not None else text_tables():
        yield from _search(table, identity, client, left_out)


def _search(table: TextTable, identity: Identity, client: Client, left_out: frozenset[UUID]) -> Iterator[Mention]:
    rows: models.QuerySet[Any] = table.model._base_manager.all()
    if table.client:
        rows = rows.filter(**{table.client: client.pk})
    rows = _narrowed(rows.filter(ONLY.get(table.label, models.Q())), table, identity, client)
    for pk, call, values in _read(rows.order_by("pk"), table):
        if call in left_out:
            continue
        named = tuple(name for name, value in values.items() if identity.mask_value(value) != value)
        if named:
            yield Mention(table, pk, call, named)


def _read(rows: "models.QuerySet[Any]", table: TextTable) -> Iterator[tuple[Any, UUID | None, dict[str, Any]]]:
    """Id, call and texts of each row. Encrypted ones are opened by their row; the others need none."""
    if table.sealed:
        between = table.call.rpartition("__")[0]
        for row in (rows.select_related(between) if between else rows).iterator(chunk_size=SEARCH_AT_ONCE):
            call = attrgetter(f"{table.call.replace('__', '.')}_id")(row) if table.call else None
            yield row.pk, call, {name: getattr(row, name) for name in table.fields}
        return
    columns = ["pk", *([table.call] if table.call not in ("", "pk") else []), *table.fields]
    for values in rows.values(*columns).iterator(chunk_size=SEARCH_AT_ONCE):
        yield values["pk"], values[table.call] if table.call else None, {name: values[name] for name in table.fields}


def _narrowed(
    rows: "models.QuerySet[Any]", table: TextTable, identity: Identity, client: Client
) -> "models.QuerySet[Any]":
    """Leave to the database what it can tell: a little more than what is really there, never less."""
    anywhere = models.Q()
    if table.sealed and not table.call:
        return rows  # nothing beside them tells what they say
    for name in table.fields:
        if name in table.sealed:
            anywhere |= _spoken_in_the_call(table, identity, client)
            continue
        is_json = isinstance(table.model._meta.get_field(name), models.JSONField)
        if is_json:
            rows = rows.annotate(**{f"{name}_as_text": Cast(name, models.TextField())})
        column = f"{name}_as_text" if is_json else name
        for lookup, pattern in identity.needles(escaped=is_json):
            anywhere |= models.Q(**{f"{column}__{lookup}": pattern})
    return rows.filter(anywhere)


@models.CharField.register_lookup
@models.TextField.register_lookup
class Like(models.Lookup):
    """SQL's LIKE with a pattern of our own, whatever the case of ASCII letters."""

    lookup_name = "like"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        operator = "ILIKE" if connection.vendor == "postgresql" else "LIKE"
        return f"{left} {operator} {right}", [*left_params, *right_params]


def _spoken_in_the_call(table: TextTable, identity: Identity, client: Client) -> models.Q:
    """For what lies encrypted: the same words stand in the call's utterances, where it is of a call at all."""
    spoken = models.Q()
    for lookup, pattern in identity.needles():
        spoken |= models.Q(**{f"text__{lookup}": pattern})
    there = Utterance.objects.filter(spoken, call__client=client).values("call")
    return models.Q(**{f"{table.call}__in": there}) | models.Q(**{f"{table.call}__isnull": True})


def mask_mention(mention: Mention, identity: Identity) -> bool:
    """Hide the person in one row; False when the row is gone or names nobody any more. Joins the caller's transaction.

    Of two rows that become equal by it one goes.
    """
    rows = mention.table.model._base_manager.filter(pk=mention.pk)
    with transaction.atomic():
        row = rows.select_for_update().first()
        if row is None:
            return False
        before = {name: getattr(row, name) for name in mention.fields}
        after = {name: identity.mask_value(value) for name, value in before.items()}
        if after == before:
            return False
        try:
            with transaction.atomic():
                _write(row, after, mention.table)
        except IntegrityError:
            rows.delete()
    return True


def _write(row: Any, values: dict[str, Any], table: TextTable) -> None:
    """Into the row alone where nothing is encrypted; an encrypted text is sealed as its row is saved.

    A version that never changes says by its hash that it was masked.
    """
    values = with_masked_hash(row, values)
    if not table.sealed & values.keys():
        table.model._base_manager.filter(pk=row.pk).update(**values)
        return
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
