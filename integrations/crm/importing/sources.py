"""Where files come from: a source is known by its name, or by the columns that its files have."""

import re
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from django.utils.text import slugify

from integrations.crm.models import ImportRun, ImportSource
from salesiq.people.models import Client

LONGEST_SYSTEM = 40


def choose_system(client: Client, kind: str, header: Sequence[str], file_name: str) -> str:
    """The source whose files of this kind have just these columns, else the file's name without days and numbers.

    So next month's export of a source changes its records, whatever it is called.
    """
    for source in ImportSource.objects.filter(client=client, kind=kind).order_by("-updated_at"):
        if set(source.mapping) == set(header):
            return source.system
    stem = PurePosixPath(file_name.replace("\\", "/")).name.split(".")[0]
    name = slugify(re.sub(r"\d+", " ", stem.replace("_", " ")))[:LONGEST_SYSTEM].strip("-")
    return name or "file"


def saved_for(run: ImportRun) -> ImportSource | None:
    """How earlier files of the run's source were read."""
    return ImportSource.objects.filter(client=run.client, system=run.system, kind=run.kind).first()


def save_source(run: ImportRun, mapping: Mapping[str, str], told: Mapping[str, Any]) -> None:
    """Keep how the file was read for the next one: its columns, and what it showed of days and numbers."""
    source = saved_for(run) or ImportSource(client=run.client, system=run.system, kind=run.kind)
    said = {name: run.options[name] for name in ("day_first", "decimal_comma", "currency") if name in run.options}
    source.mapping = dict(mapping)
    source.options = {**source.options, **told, **said}
    source.save()
