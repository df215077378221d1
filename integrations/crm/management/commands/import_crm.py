"""`manage.py import_crm PATH --kind K`: a file of another system becomes CRM records."""

import json
import tomllib
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from integrations.crm.importing.result import ImportResult
from integrations.crm.models import ImportRun, RecordKind
from integrations.crm.services import MappingError, UnreadableFileError, new_run, run_import
from salesiq.common.database import ensure_migrated
from salesiq.people.services import choose_client

UNREADABLE, WRONG_ARGUMENTS = 1, 2


class Command(BaseCommand):
    help = (
        "Import CSV, XLSX or JSON. Columns are told by names and values, or as --map says. May run again: the same "
        "file changes nothing. Rejected rows are kept with their reasons. Exit status 0 also with rejected rows, "
        "1 when the file cannot be read, 2 for usage."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, metavar="PATH")
        parser.add_argument("--kind", required=True, choices=RecordKind.values, help="what the rows are")
        parser.add_argument("--client", default="", metavar="SLUG", help="whose they are, where there are several")
        parser.add_argument("--system", default="", metavar="NAME", help="where they come from; told by the columns")
        parser.add_argument("--map", type=Path, metavar="FILE", help="JSON or TOML: {column: field, custom:KEY or ''}")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, write nothing")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        ensure_migrated()
        mapping, styles = _read_map(options["map"])
        try:
            client = choose_client(options["client"])
            with options["path"].open("rb") as file:
                run = new_run(
                    client=client, kind=options["kind"], file=file, file_name=options["path"].name,
                    system=options["system"], mapping=mapping, options=styles, is_dry=options["dry_run"],
                )  # fmt: skip
                if not run.is_dry:
                    run.save()
                result = run_import(run=run, source=file)
        except MappingError as error:
            raise CommandError(str(error), returncode=WRONG_ARGUMENTS) from error
        except ValidationError as error:
            raise CommandError(" ".join(error.messages), returncode=WRONG_ARGUMENTS) from error
        except (UnreadableFileError, OSError) as error:
            raise CommandError(f"{options['path']}: {error}", returncode=UNREADABLE) from error
        if options["json"]:
            self.stdout.write(json.dumps(result.as_json(), ensure_ascii=False, indent=2))
        else:
            self._tell(run, result)

    def _tell(self, run: ImportRun, result: ImportResult) -> None:
        counts = {name: getattr(result, name) for name in ("read", "created", "updated", "unchanged", "rejected")}
        said = _(
            "%(read)d read: %(created)d created, %(updated)d updated, %(unchanged)d unchanged, %(rejected)d rejected."
        )
        self.stdout.write((_("Dry run, nothing was written. ") if run.is_dry else "") + said % counts)
        for column, goal in result.mapping.items():
            self.stdout.write(f"  {column} → {goal or _('left out')}")
        for what, count in result.made.items():
            self.stdout.write(_("Made on the way: %(count)d %(what)s.") % {"count": count, "what": what})
        for note in result.notes:
            self.stdout.write(note)
        for reason, count in result.reasons.items():
            self.stdout.write(f"  {count} × {reason}")


def _read_map(path: Path | None) -> tuple[dict[str, str], dict[str, Any]]:
    """The mapping and the options of a file: either the mapping itself, or {"mapping": …, "options": …}."""
    if path is None:
        return {}, {}
    try:
        text = path.read_text(encoding="utf-8-sig")
        read = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
    except (OSError, ValueError) as error:
        raise CommandError(f"{path} is no JSON or TOML mapping: {error}", returncode=WRONG_ARGUMENTS) from error
    if not isinstance(read, dict):
        raise CommandError(f"{path} must hold {{column: field}}.", returncode=WRONG_ARGUMENTS)
    mapping = read.get("mapping") if isinstance(read.get("mapping"), dict) else read
    options = read.get("options") if isinstance(read.get("options"), dict) else {}
    assert isinstance(mapping, dict) and isinstance(options, dict)
    if not all(isinstance(goal, str) for goal in mapping.values()):
        raise CommandError(f"{path} must hold {{column: field}}.", returncode=WRONG_ARGUMENTS)
    return mapping, options
