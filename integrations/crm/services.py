"""Bringing in files of other systems."""

from typing import IO, Any

from integrations.crm.importing.errors import MappingError, UnreadableFileError
from integrations.crm.importing.result import ImportResult, Preview
from integrations.crm.models import ImportRun
from salesiq.jobs.services import Lease
from salesiq.people.models import Client, User

__all__ = ["MappingError", "UnreadableFileError", "preview_import", "run_import", "start_import"]


def preview_import(
    *,
    client: Client,
    kind: str,
    file: IO[bytes],
    file_name: str,
    system: str = "",
    mapping: dict[str, str] | None = None,
    options: dict[str, Any] | None = None,
) -> Preview:
    """The guessed mapping, the first rows and the problems found in them; writes nothing.

    `system` is found by the file's columns or name where it is empty. `mapping` overrules the guess column by column;
    `options` are {day_first: bool, decimal_comma: bool, currency: ISO 4217}, each found out where it is left out.

    Raises:
        UnreadableFileError: a sentence that says what is wrong with the file and what to do.
        MappingError: `mapping` names a column or field that is not there.
    """
    raise NotImplementedError


def start_import(
    *,
    client: Client,
    actor: User | None,
    kind: str,
    file: IO[bytes],
    file_name: str,
    system: str = "",
    mapping: dict[str, str] | None = None,
    options: dict[str, Any] | None = None,
    is_dry: bool = False,
) -> ImportRun:
    """Keep the file encrypted and queue its import; the run's row shows how far it is and what became of it.

    Raises:
        UnreadableFileError: it is empty, larger than SALESIQ_MAX_IMPORT_MB, or no table.
        MappingError: `mapping` names a column or field that is not there.
    """
    raise NotImplementedError


def run_import(*, run: ImportRun, lease: Lease | None = None, source: IO[bytes] | None = None) -> ImportResult:
    """Bring in the run's file (or `source`), in batches; killed and run again it has the same effect once.

    The run's row ends as done or failed; `lease` shows progress and fences each batch.

    Raises:
        UnreadableFileError, MappingError: nothing came in; the run's row says why.
    """
    raise NotImplementedError
