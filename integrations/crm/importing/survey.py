"""What is found out of a file before any row comes in: columns, how days and numbers are written, stages, currency."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import IO, Any

from django.utils.translation import gettext as _

from integrations.crm.importing.errors import MappingError, UnreadableFileError
from integrations.crm.importing.fields import CUSTOM, ENTERED, FIELDS, Type, field_of
from integrations.crm.importing.guessing import guess_mapping
from integrations.crm.importing.profiles import Profile, profile_of
from integrations.crm.importing.reading import Table, open_table
from integrations.crm.importing.values.blanks import is_blank
from integrations.crm.importing.values.days import numeric_order
from integrations.crm.importing.values.errors import RefusedError
from integrations.crm.importing.values.numbers import decimal_evidence, parse_currency, parse_money
from integrations.crm.models import RecordKind

SAMPLE_ROWS = 5_000
MOST_STAGES = 200


@dataclass(slots=True)
class Survey:
    """`rows` counts what was looked at: the whole file, or the first SAMPLE_ROWS where `is_whole` is False.

    `day_first` and `decimal_comma` say how each column is written that shows it; `stages` are {pipeline: {stage:
    rows}} in the order they were met; `currencies` count the amounts that name one.
    """

    header: tuple[str, ...]
    profiles: tuple[Profile, ...]
    first_rows: list[list[str]]
    notes: list[str]
    rows: int = 0
    is_whole: bool = True
    mapping: dict[str, str] = field(default_factory=dict)
    day_first: dict[str, bool] = field(default_factory=dict)
    decimal_comma: dict[str, bool] = field(default_factory=dict)
    stages: dict[str, dict[str, int]] = field(default_factory=dict)
    currencies: Counter[str] = field(default_factory=Counter)

    def column_of(self, goal: str) -> int | None:
        """The place of the column that goes to `goal`."""
        return next((at for at, name in enumerate(self.header) if self.mapping.get(name) == goal), None)


def look_at(
    file: IO[bytes], *, kind: str, mapping: Mapping[str, str], saved: Mapping[str, str] | None = None, whole: bool
) -> Survey:
    """Survey the file; `mapping` fixes columns, `saved` those of an earlier file that this one has too.

    Raises:
        UnreadableFileError: no table, or no rows.
        MappingError: `mapping` names what is not there.
    """
    table = open_table(file)
    check_mapping(kind, table.header, mapping)
    sample = [cells for _line, cells in islice(table.rows, SAMPLE_ROWS)]
    if not sample:
        raise UnreadableFileError(_("The file has a header and no rows. Export it again and check its filter."))
    columns = [[cells[at] if at < len(cells) else "" for cells in sample] for at in range(len(table.header))]
    profiles = tuple(profile_of(name, column) for name, column in zip(table.header, columns, strict=True))
    survey = Survey(table.header, profiles, sample[:20], list(table.notes))
    known = {name: goal for name, goal in (saved or {}).items() if name in table.header}
    survey.mapping = guess_mapping(kind, profiles, {**known, **mapping})
    _look_through(survey, kind, iter(sample))
    if whole:
        _look_through(survey, kind, (cells for _line, cells in table.rows))
    else:
        survey.is_whole = next(table.rows, None) is None
    _leave_out_empty(survey, mapping)
    _conclude(survey)
    return survey


def check_mapping(kind: str, header: Sequence[str], mapping: Mapping[str, str]) -> None:
    """Raises MappingError: a column that the file lacks, a field that the kind lacks, or one field named twice."""
    if lacking := [name for name in mapping if name not in header]:
        raise MappingError(
            _("The file has no column %(names)s. It has: %(known)s.")
            % {"names": _quoted(lacking), "known": _quoted(header)}
        )
    goals = [goal for goal in mapping.values() if goal]
    known = [one.name for one in FIELDS[kind]]
    if wrong := [goal for goal in goals if goal not in known and not goal.startswith((CUSTOM, ENTERED))]:
        raise MappingError(
            _("There is no field %(names)s. Known are: %(known)s, and custom:KEY for a field of your own.")
            % {"names": _quoted(wrong), "known": ", ".join(known)}
        )
    if twice := [goal for goal, count in Counter(goals).items() if count > 1]:
        raise MappingError(_("Two columns go to %(names)s; only one can.") % {"names": _quoted(twice)})


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f"“{name}”" for name in names[:30])


def _look_through(survey: Survey, kind: str, rows: Iterator[list[str]]) -> None:
    """Count rows, stages and currencies, and look for what shows how days and numbers are written."""
    days = _columns_of(survey, {Type.DAY, Type.MOMENT}, kind)
    amounts = _columns_of(survey, {Type.MONEY, Type.NUMBER, Type.COUNT, Type.SHARE}, kind)
    money = [
        at for at in amounts if (one := field_of(kind, survey.mapping[survey.header[at]])) and one.type == Type.MONEY
    ]
    stage, pipeline, currency = (survey.column_of(goal) for goal in ("stage", "pipeline", "currency"))
    seen: dict[int, set[str]] = {at: set() for at in {*days, *amounts}}
    while batch := list(islice(rows, SAMPLE_ROWS)):
        survey.rows += len(batch)
        for at in seen:
            texts = {cells[at] for cells in batch if at < len(cells)} - seen[at]
            if len(seen[at]) < SAMPLE_ROWS:
                seen[at] |= texts
            profile = survey.profiles[at]
            if at in days:
                profile.orders.update(filter(None, map(numeric_order, texts)))
            else:
                profile.decimals.update(filter(None, map(decimal_evidence, texts)))
            if at in money and currency is None and kind != RecordKind.COMPANIES:
                survey.currencies.update(filter(None, map(_currency_in, texts)))
        if stage is not None and kind == RecordKind.DEALS:
            _count_stages(survey, batch, stage, pipeline)
        if currency is not None:
            survey.currencies.update(filter(None, map(_code, (c[currency] for c in batch if currency < len(c)))))


def _columns_of(survey: Survey, types: set[Type], kind: str) -> list[int]:
    found = []
    for at, name in enumerate(survey.header):
        goal = survey.mapping[name]
        one = field_of(kind, goal)
        of_days = Type.DAY in types and (goal.startswith(ENTERED) or survey.profiles[at].share("day") >= 0.5)
        of_numbers = Type.NUMBER in types and survey.profiles[at].share("number") >= 0.5
        custom = goal.startswith((CUSTOM, ENTERED)) and (of_days or of_numbers)
        if custom or (one is not None and one.type in types):
            found.append(at)
    return found


def _count_stages(survey: Survey, batch: list[list[str]], stage: int, pipeline: int | None) -> None:
    for cells in batch:
        if stage < len(cells) and not is_blank(cells[stage], is_text=True):
            of = cells[pipeline].strip() if pipeline is not None and pipeline < len(cells) else ""
            counts = survey.stages.setdefault(of[:60], {})
            name = " ".join(cells[stage].split())[:100]
            if name in counts or len(counts) < MOST_STAGES:
                counts[name] = counts.get(name, 0) + 1


def _currency_in(text: str) -> str:
    try:
        return parse_money(text).currency
    except RefusedError:
        return ""


def _code(text: str) -> str:
    try:
        return "" if is_blank(text) else parse_currency(text)
    except RefusedError:
        return ""


def _leave_out_empty(survey: Survey, fixed: Mapping[str, str]) -> None:
    """A column that is empty from the first row to the last becomes no custom field."""
    if not survey.is_whole or survey.rows > SAMPLE_ROWS:
        return
    for profile in survey.profiles:
        if not profile.filled and profile.name not in fixed and survey.mapping[profile.name].startswith(CUSTOM):
            survey.mapping[profile.name] = ""


def _conclude(survey: Survey) -> None:
    """What each column's values show; what cannot be told from any of them is said in a note by who decides it."""
    for profile in survey.profiles:
        if {"day", "month"} <= profile.orders:
            survey.notes.append(
                _("“%(column)s” mixes day/month and month/day; rows that cannot be read the way of most are refused.")
                % {"column": profile.name}
            )
        if "day" in profile.orders or "month" in profile.orders:
            survey.day_first[profile.name] = "day" in profile.orders
        if "comma" in profile.decimals or "point" in profile.decimals:
            survey.decimal_comma[profile.name] = _mostly_comma(profile)


def _mostly_comma(profile: Profile) -> bool:
    if {"comma", "point"} <= profile.decimals:
        marks = Counter(decimal_evidence(value) for value in profile.values)
        return marks["comma"] > marks["point"]
    return "comma" in profile.decimals


def styles_of(survey: Survey, options: Mapping[str, Any], saved: Mapping[str, Any], currency: str) -> dict[str, Any]:
    """How columns are written that do not show it: {"day_first", "decimal_comma"} as said, as before, as the other
    columns, or as is usual; with a note where days could be read both ways."""
    told_days = Counter(survey.day_first.values())
    told_commas = Counter(survey.decimal_comma.values())
    day_first = options.get("day_first", saved.get("day_first"))
    if day_first is None:
        day_first = told_days.most_common(1)[0][0] if told_days else currency != "USD"
        _note_either(survey, day_first, bool(told_days))
    decimal_comma = options.get("decimal_comma", saved.get("decimal_comma"))
    if decimal_comma is None:
        decimal_comma = bool(told_commas) and told_commas.most_common(1)[0][0]
    return {"day_first": bool(day_first), "decimal_comma": bool(decimal_comma)}


def _note_either(survey: Survey, day_first: bool, is_told: bool) -> None:
    for profile in survey.profiles:
        if "either" not in profile.orders or profile.name in survey.day_first or not _is_used_as_day(survey, profile):
            continue
        example = next((value for value in profile.values if numeric_order(value) == "either"), "")
        how = _("day first") if day_first else _("month first")
        note = (
            _("“%(column)s” can be read both ways (%(example)s); it was read %(how)s, as other columns of days are.")
            if is_told
            else _(
                "“%(column)s” can be read both ways (%(example)s); it was read %(how)s. Say day_first to change that."
            )
        )
        survey.notes.append(note % {"column": profile.name, "example": example, "how": how})


def _is_used_as_day(survey: Survey, profile: Profile) -> bool:
    return survey.mapping[profile.name] != "" and profile.share("day") >= 0.5


__all__ = ["SAMPLE_ROWS", "Survey", "Table", "check_mapping", "look_at", "styles_of"]
