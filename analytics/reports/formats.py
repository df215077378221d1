"""The formats that tables are written in."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Format(models.TextChoices):
    CSV = "csv", "CSV"
    XLSX = "xlsx", _("Excel (XLSX)")
    PARQUET = "parquet", "Parquet"
    JSON = "json", "JSON"
    PDF = "pdf", _("PDF report")


TABLES = (Format.CSV, Format.XLSX, Format.PARQUET, Format.JSON)
CONTENT_TYPES: dict[str, str] = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.PARQUET: "application/vnd.apache.parquet",
    Format.JSON: "application/json",
    Format.PDF: "application/pdf",
}
# Rows and one line of headings fit one sheet; a longer table goes on in the next.
SHEET_ROWS = 1_048_576
