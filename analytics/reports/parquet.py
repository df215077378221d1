"""Tables as Parquet (https://parquet.apache.org/docs/file-format/), types kept."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import IO

import pyarrow as pa
import pyarrow.parquet as pq

from analytics.reports.tables import Column, Row, Table, Type, Value


def write_parquet(table: Table, batches: Iterable[list[Row]], file: IO[bytes]) -> None:
    """One row group for each batch; titles and notes travel as metadata."""
    schema = pa.schema(
        [pa.field(column.key, _arrow_type(column), metadata={"title": str(column.title)}) for column in table.columns],
        metadata={"title": table.title, "notes": "\n".join(table.notes)},
    )
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        for batch in batches:
            columns = [
                pa.array(map(_to_arrow(column), values), type=field.type)
                for column, field, values in zip(table.columns, schema, zip(*batch, strict=True), strict=True)
            ]
            writer.write_batch(pa.record_batch(columns, schema=schema))


def _arrow_type(column: Column) -> pa.DataType:
    types = {
        Type.TEXT: pa.string(),
        Type.INTEGER: pa.int64(),
        Type.REAL: pa.float64(),
        Type.DECIMAL: pa.decimal128(38, column.scale),
        Type.DAY: pa.date32(),
        Type.MOMENT: pa.timestamp("us", tz="UTC"),
        Type.FLAG: pa.bool_(),
    }
    return types[column.type]


def _to_arrow(column: Column) -> Callable[[Value], Value]:
    if column.type == Type.DECIMAL:
        place = Decimal(1).scaleb(-column.scale)
        return lambda value: None if value is None else Decimal(str(value)).quantize(place)
    if column.type == Type.MOMENT:
        return lambda value: value.astimezone(UTC) if isinstance(value, datetime) else None
    return lambda value: value
