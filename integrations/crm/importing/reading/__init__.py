"""Files become a header and rows of texts, whatever they were saved as."""

from integrations.crm.importing.reading.opening import open_table
from integrations.crm.importing.reading.table import Row, Table

__all__ = ["Row", "Table", "open_table"]
