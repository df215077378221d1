"""What the tests of importing share."""

import io
from pathlib import Path
from typing import Any

from integrations.crm.importing.result import ImportResult
from integrations.crm.models import ImportRun
from integrations.crm.services import new_run, run_import

FILES = Path(__file__).parent / "files"


def named(content: str | bytes) -> io.BytesIO:
    return io.BytesIO(content.encode() if isinstance(content, str) else content)


def bring_in(client: Any, kind: str, content: str | bytes | Path, **more: Any) -> tuple[ImportRun, ImportResult]:
    """Import a file here and now, as the command does."""
    name = more.pop("file_name", content.name if isinstance(content, Path) else f"{kind}.csv")
    file = named(content.read_bytes() if isinstance(content, Path) else content)
    run = new_run(client=client, kind=kind, file=file, file_name=name, **more)
    if not run.is_dry:
        run.save()
    return run, run_import(run=run, source=file)
