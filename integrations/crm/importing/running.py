"""From a file and what is said of it to records: survey, plan, batches, and what is kept of the run."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import IO
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from integrations.crm.importing.errors import MappingError
from integrations.crm.importing.exchange import Exchange
from integrations.crm.importing.kinds import KINDS
from integrations.crm.importing.notes import Notes
from integrations.crm.importing.plan import check_complete, left_out, make_plan
from integrations.crm.importing.reading import open_table
from integrations.crm.importing.rejects import Rejects
from integrations.crm.importing.result import ImportResult
from integrations.crm.importing.rows import Context
from integrations.crm.importing.session import Session
from integrations.crm.importing.sources import saved_for
from integrations.crm.importing.survey import Survey, look_at, styles_of
from integrations.crm.importing.values.errors import RefusedError
from integrations.crm.importing.values.numbers import parse_currency
from integrations.crm.models import ImportRun
from salesiq.people.models import Client

Told = Callable[[ImportResult], None]


@dataclass(slots=True)
class Import:
    """One file on its way in. `survey` is there once `prepare` has been called, `rejects` holds the refused rows."""

    run: ImportRun
    file: IO[bytes]
    survey: Survey
    session: Session
    rejects: Rejects
    result: ImportResult
    notes: Notes
    styles: Mapping[str, bool]

    def go(self, *, done: Told) -> ImportResult:
        """Bring in every row; `done` is called after each batch."""
        self.session.run(open_table(self.file).rows, done)
        self.result.reasons = self.rejects.reasons
        self.result.rejected = self.rejects.count
        self.result.made = {} if self.run.is_dry else dict(+self.session.context.made)
        self.result.made.pop("", None)
        self.result.notes = self.notes.all()
        return self.result


def survey_file(run: ImportRun, file: IO[bytes], *, whole: bool) -> Survey:
    """Raises UnreadableFileError, MappingError."""
    saved = saved_for(run)
    return look_at(file, kind=run.kind, mapping=run.mapping, saved=saved.mapping if saved else None, whole=whole)


def prepare(run: ImportRun, file: IO[bytes], *, committing: Told, whole: bool = True) -> Import:
    """Look the file through (its first rows only, unless `whole`), make what it needs (stages, custom fields, the
    client's currency), plan its columns.

    Raises:
        UnreadableFileError, MappingError: nothing was made.
    """
    survey = survey_file(run, file, whole=whole)
    check_complete(run.kind, survey)
    dry, notes = run.is_dry, Notes(survey.notes)
    with transaction.atomic():
        currency = file_currency(run, survey)
        choose_currency(run.client, currency, survey, dry=dry)
        styles = chosen_styles(run, survey)
        kind_class = KINDS[run.kind]
        if not kind_class.has_custom and (names := left_out(survey)):
            notes.say(_("Left out, since no field fits: %(columns)s.") % {"columns": ", ".join(names[:40])})
        plan = make_plan(run.client, run.kind, survey, styles, dry=dry, custom=kind_class.has_custom)
        now = timezone.now()
        context = Context(
            client=run.client, system=run.system, run=run, zone=ZoneInfo(run.client.time_zone),
            today=now.astimezone(ZoneInfo(run.client.time_zone)).date(), now=now,
            exchange=Exchange(run.client, default=currency), notes=notes,
        )  # fmt: skip
        kind = kind_class(context, survey, dry=dry)
    for note in survey.notes:
        notes.say(note)
    rejects = Rejects(survey.header, keep=not dry)
    result = ImportResult(mapping=shown_mapping(run.kind, survey), system=run.system)
    session = Session(context, kind, plan, rejects, result, dry=dry, committing=committing)
    return Import(run, file, survey, session, rejects, result, notes, styles)


def shown_mapping(kind: str, survey: Survey) -> dict[str, str]:
    """The mapping as it takes effect: kinds without custom fields leave such columns out."""
    if KINDS[kind].has_custom:
        return dict(survey.mapping)
    out = set(left_out(survey))
    return {name: "" if name in out else goal for name, goal in survey.mapping.items()}


def file_currency(run: ImportRun, survey: Survey) -> str:
    """What amounts without a currency of their own are in, where somebody says so; "" for the client's."""
    said = str(run.options.get("currency") or "")
    if said:
        try:
            return parse_currency(said)
        except RefusedError as error:
            raise MappingError(error.reason) from error
    return ""


def choose_currency(client: Client, said: str, survey: Survey, *, dry: bool) -> None:
    """The first file that names a currency sets the client's: the one that most of its amounts are in."""
    found = said or next((code for code, _rows in survey.currencies.most_common(1)), "")
    if client.currency or not found:
        return
    code = "USD" if found == "$" else found
    survey.notes.append(_("The currency of all figures is now %(currency)s.") % {"currency": code})
    client.currency = code
    if not dry:
        Client.objects.filter(pk=client.pk, currency="").update(currency=code)
        client.refresh_from_db(fields=["currency"])


def chosen_styles(run: ImportRun, survey: Survey) -> dict[str, bool]:
    """How days and numbers are written where a column does not show it."""
    for name in ("day_first", "decimal_comma"):
        if isinstance(run.options.get(name), bool):
            getattr(survey, name).clear()  # who says so knows better
    saved = saved_for(run)
    return styles_of(survey, run.options, saved.options if saved else {}, run.client.currency)


__all__ = ["Import", "prepare", "shown_mapping", "survey_file"]
