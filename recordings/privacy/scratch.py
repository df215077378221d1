"""Files that a run of the pipeline works on, outside of the storage."""

import shutil
from uuid import UUID

from django.conf import settings


def clear_scratch(call_id: UUID | str) -> None:
    """Remove the scratch folders that killed runs of the call left on this machine.

    Should one still be read by a worker that lost its lease, its open files stay whole until it lets go.
    """
    for leftover in settings.SCRATCH_DIR.glob(f"{call_id}-*"):
        shutil.rmtree(leftover, ignore_errors=True)
