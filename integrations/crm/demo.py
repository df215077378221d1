"""The CRM of the demo workspace: the files of demo/crm, moved to today and imported as those of any other system."""

import csv
import io
import re
from datetime import date, timedelta
from pathlib import Path

from integrations.crm.models import ImportRun, ImportStatus, RecordKind
from integrations.crm.services import new_run, run_import
from recordings.demo import DEMO_DIR, DemoWorkspace
from salesiq.people.models import Client

FOLDER: Path = DEMO_DIR / "crm"
SYSTEM = "demo"
# The day from which the files count back; see demo/make_crm.py.
ANCHOR = date(2026, 1, 5)
# What stands in no file name; each kind after those it names.
FILES = (
    RecordKind.AGENTS, RecordKind.PRODUCTS, RecordKind.COMPANIES, RecordKind.LEADS, RecordKind.DEALS,
    RecordKind.ACTIVITIES, RecordKind.TASKS, RecordKind.PURCHASES, RecordKind.TARGETS, RecordKind.AD_COSTS,
    RecordKind.STANDARDS, RecordKind.CALLS,
)  # fmt: skip
STAGES = ("Inquiry", "Site visit", "Offer sent", "Contract")
MAPPING = {RecordKind.DEALS: {stage: f"entered:{stage}" for stage in STAGES}}
OPTIONS = {"day_first": False, "decimal_comma": False, "currency": "USD"}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def build_crm(workspace: DemoWorkspace) -> None:
    """Import what is not there yet; the days are those of the first time, so that nothing moves at the next start."""
    client = workspace.client
    names = [f"{kind.value}.csv" for kind in FILES]
    runs = ImportRun.objects.filter(client=client, system=SYSTEM, file_name__in=names)
    done = set(runs.filter(status=ImportStatus.DONE).values_list("kind", flat=True))
    first = runs.order_by("created_at").first()
    today = first.created_at.date() if first else date.today()  # noqa: DTZ011 - a demo may be a day off
    for kind in FILES:
        if kind not in done:
            import_demo_file(client, kind, FOLDER / f"{kind.value}.csv", today)


def import_demo_file(client: Client, kind: RecordKind, path: Path, today: date) -> None:
    """One CSV of the demo's, its days moved to `today`."""
    file = io.BytesIO(moved(path.read_text(encoding="utf-8"), today).encode())
    client.refresh_from_db()
    run = new_run(
        client=client, kind=kind, file=file, file_name=path.name, system=SYSTEM, mapping=MAPPING.get(kind),
        options=OPTIONS,
    )  # fmt: skip
    run.save()
    run_import(run=run, source=file)


def moved(text: str, today: date) -> str:
    """A CSV with each day moved by the whole weeks from the anchor to `today`: Mondays stay Mondays."""
    by = timedelta(days=(today - ANCHOR).days // 7 * 7)
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    for row in csv.reader(io.StringIO(text)):
        writer.writerow([_DAY.sub(lambda found: str(date.fromisoformat(found[0]) + by), cell) for cell in row])
    return target.getvalue()
