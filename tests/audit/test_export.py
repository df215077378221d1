"""An export can be verified without the database, by salesiq or by the recipe of docs/security.md."""

import csv
import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from salesiq.audit.models import AuditEvent
from salesiq.audit.services import record_event
from tests.factories import make_client, make_user

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def user():
    return make_user(username="=ana")


@pytest.fixture
def export(user, tmp_path):
    """An export of five events of one tenant, two of another, and its own."""
    for n in range(5):
        record_event(action="viewed", target=user.client, actor=user, details={"n": n, "share": 0.5})
    for _ in range(2):
        record_event(action="viewed", target=make_client(), actor=None)
    path = tmp_path / "audit.jsonl"
    call_command("export_audit", output=str(path))
    return path


def verify(path, **options):
    call_command("verify_audit", file=path, **options)


def edited(path, change):
    """`path` with its lines as `change` makes them of the list of rows."""
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    path.write_text("".join(json.dumps(row) + "\n" for row in change(rows)))
    return path


def test_an_export_holds_every_event_and_is_whole(export, capsys):
    assert len(export.read_text().splitlines()) == AuditEvent.objects.count() == 8
    verify(export)
    assert "whole: 8 events" in capsys.readouterr().out


def test_one_tenant_is_exported_alone_and_the_export_is_filed(export, user, tmp_path):
    path = tmp_path / "one.jsonl"
    call_command("export_audit", client=user.client.slug, output=str(path))
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    assert [row["sequence"] for row in rows] == [1, 2, 3, 4, 5, 6]
    assert {row["client"] for row in rows} == {str(user.client_id)}
    assert rows[-1]["action"] == "audit_exported"
    verify(path)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda rows: [{**row, "actor_name": "eve"} if row["sequence"] == 3 else row for row in rows], "Event 3 was"),
        (lambda rows: [row for row in rows if row["sequence"] != 2], "Events 2 to 2 are missing"),
        (lambda rows: [*rows[:3], rows[4], rows[3], *rows[5:]], "wrong place|missing"),
        (lambda rows: [*rows, rows[-1]], "wrong place, or twice"),
        (lambda rows: [{**row, "details": {"n": 7}} for row in rows], "Event 1 was changed"),
        (lambda rows: [{**row, "client": None} for row in rows], "another tenant's chain"),
    ],
)
def test_an_edited_export_is_named(export, change, told, capsys):
    with pytest.raises(CommandError, match="broken"):
        verify(edited(export, change))
    assert re.search(told, capsys.readouterr().err)


def test_a_part_of_a_chain_is_verified_from_where_it_begins(export, capsys):
    verify(edited(export, lambda rows: [row for row in rows if row["sequence"] > 1]))
    assert "events 2 to 5" in capsys.readouterr().out


def test_an_export_cut_short_is_told_by_its_anchor(export, settings):
    call_command("anchor_audit")
    anchors = Path(settings.AUDIT_ANCHOR_FILE)
    verify(export, anchors=anchors)
    edited(export, lambda rows: [row for row in rows if row["sequence"] < 4])
    verify(export)
    with pytest.raises(CommandError, match="broken"):
        verify(export, anchors=anchors)


@pytest.mark.parametrize("line", ["no json", "[]", '{"chain": 3}', "{}"])
def test_a_file_that_is_no_export_is_told_by_its_line(export, line):
    export.write_text(export.read_text() + line)
    with pytest.raises(CommandError, match="Line 9 is no event"):
        verify(export)


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        verify(tmp_path / "nothing.jsonl")


def test_the_table_for_people_holds_no_formula(export, tmp_path):
    path = tmp_path / "audit.csv"
    call_command("export_audit", format="csv", output=str(path))
    rows = list(csv.DictReader(io.StringIO(path.read_text())))
    assert rows[0].keys() == json.loads(export.read_text().splitlines()[0]).keys()
    assert "'=ana" in {row["actor_name"] for row in rows}


def test_the_recipe_of_the_documentation_verifies_an_export_without_salesiq(export, tmp_path):
    text = (ROOT / "docs" / "security.md").read_text()
    script = tmp_path / "verify.py"
    script.write_text(re.search(r"```python\n(# verify\.py.*?)```", text, re.DOTALL)[1])

    def run():
        return subprocess.run([sys.executable, "-I", script, export], capture_output=True, text=True, check=False)

    assert (run().returncode, run().stdout.count("whole")) == (0, 4)
    edited(export, lambda rows: [{**row, "action": "x"} if row["sequence"] == 3 else row for row in rows])
    assert run().returncode == 1
    assert "event 3" in run().stderr
