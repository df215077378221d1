"""Background work on CRM records."""

from integrations.crm.import_files import expire_import_files
from integrations.crm.linking import link_call
from integrations.crm.models import ImportRun
from integrations.crm.services import MappingError, UnreadableFileError, run_import
from recordings.models import SalesCall
from salesiq.jobs.errors import PermanentJobError
from salesiq.jobs.services import Lease


def import_file(subject: str, lease: Lease) -> None:
    """Bring in the file of the run with the id `subject`.

    Raises:
        PermanentJobError: the file cannot be read, or the run is gone.
    """
    run = ImportRun.objects.select_related("client", "created_by").filter(pk=subject).first()
    if run is None:
        raise PermanentJobError("The import was deleted before it was run.")
    try:
        run_import(run=run, lease=lease)
    except (UnreadableFileError, MappingError) as error:
        raise PermanentJobError(str(error)) from error


def link_published_call(subject: str, lease: Lease) -> None:
    """Link the call with the id `subject` to the deals it was about."""
    call = SalesCall.objects.select_related("client").filter(pk=subject).first()
    if call is not None:
        link_call(call)


def expire_files(subject: str, lease: Lease) -> None:
    """Every day: files of imports whose days are over go; what came in stays."""
    expire_import_files()
