"""An answer as a table: one row for each group and step, for each metric its value and how surely it is known."""

from django.utils.translation import gettext as _

from analytics.metrics import DIMENSIONS, METRICS, Interval, Unit
from analytics.questions import Answer, Cell
from analytics.reports.tables import Column, Row, Table, Type, Value

_TYPES = {Unit.COUNT: Type.INTEGER, Unit.MONEY: Type.DECIMAL, Unit.MONEY_PER_DAY: Type.DECIMAL}


def figures_table(answer: Answer, *, title: str) -> Table:
    """Shares are 0 to 1, times in seconds, money in the client's currency; the columns say so in their keys."""
    question = answer.question
    columns = [*_places(answer)]
    for metric in question.metrics:
        columns += _columns(metric, compared=question.compare is not None)
    rows = _rows(answer)
    return Table(name="figures", title=title, columns=tuple(columns), rows=rows, count=len(rows), notes=_notes(answer))


def _places(answer: Answer) -> list[Column]:
    """What says which figure a row is: the group, the step in time."""
    question, found = answer.question, []
    if question.by:
        dimension = DIMENSIONS.get(question.by)
        name = str(dimension.name) if dimension else question.by.rpartition(".")[2]
        found += [Column(key="key", title=_("Key")), Column(key=question.by, title=name)]
    if question.grain:
        found.append(Column(key="from", title=_("From"), type=Type.DAY))
    return found


def _columns(key: str, *, compared: bool) -> list[Column]:
    metric = METRICS[key]
    name, kind = str(metric.name), _TYPES.get(metric.unit, Type.REAL)
    found = [
        Column(key=key, title=name, type=kind),
        Column(key=f"{key}_n", title=_("%(metric)s: rows") % {"metric": name}, type=Type.INTEGER),
        Column(key=f"{key}_enough", title=_("%(metric)s: enough rows") % {"metric": name}, type=Type.FLAG),
    ]
    if metric.interval != Interval.NONE:
        found += [
            Column(key=f"{key}_low", title=_("%(metric)s: from") % {"metric": name}, type=Type.REAL),
            Column(key=f"{key}_high", title=_("%(metric)s: to") % {"metric": name}, type=Type.REAL),
        ]
    if compared:
        found += [
            Column(key=f"{key}_before", title=_("%(metric)s before") % {"metric": name}, type=kind),
            Column(key=f"{key}_change", title=_("%(metric)s: change") % {"metric": name}, type=kind),
        ]
    return found


def _rows(answer: Answer) -> list[Row]:
    question = answer.question
    places: dict[tuple[str, object], dict[str, Cell]] = {}
    for cell in answer.cells:
        places.setdefault((cell.key, cell.start), {})[cell.metric] = cell
    rows = []
    for (key, start), cells in places.items():
        label = next(iter(cells.values())).label
        row: list[Value] = [key, label] if question.by else []
        if question.grain:
            row.append(start)  # type: ignore[arg-type]
        for metric in question.metrics:
            row += _values(metric, cells.get(metric), compared=question.compare is not None)
        rows.append(tuple(row))
    return rows


def _values(key: str, cell: Cell | None, *, compared: bool) -> list[Value]:
    columns = _columns(key, compared=compared)
    if cell is None:
        return [None] * len(columns)
    figure, change = cell.figure, cell.change
    by_key: dict[str, Value] = {
        key: figure.value,
        f"{key}_n": figure.n,
        f"{key}_enough": figure.enough,
        f"{key}_low": figure.low,
        f"{key}_high": figure.high,
        f"{key}_before": change.prior.value if change else None,
        f"{key}_change": change.absolute if change else None,
    }
    return [_as(column.type, by_key[column.key]) for column in columns]


def _as(kind: Type, value: Value) -> Value:
    if value is None or isinstance(value, bool | str):
        return value
    if kind == Type.INTEGER:
        return int(value)  # type: ignore[arg-type]
    return float(value) if kind == Type.REAL else value  # type: ignore[arg-type]


def _notes(answer: Answer) -> tuple[str, ...]:
    money = [metric for metric in answer.question.metrics if METRICS[metric].unit == Unit.MONEY]
    currency = [_("Money is in %(currency)s.") % {"currency": answer.currency}] if money and answer.currency else []
    return (*currency, *answer.notes)
