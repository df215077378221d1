"""`manage.py import_crm`: what it prints and how it ends."""

import json

import pytest
from django.core.management import CommandError, call_command

from integrations.crm.importing.session import Session
from integrations.crm.models import Deal, ImportRun, ImportStatus
from tests.factories import make_client
from tests.integrations.crm.importing import FILES

pytestmark = pytest.mark.django_db


def run(capsys, *args: str) -> str:
    call_command("import_crm", *args)
    return capsys.readouterr().out


def test_json_has_counts_reasons_and_mapping(capsys):
    make_client()
    said = json.loads(run(capsys, str(FILES / "bad_deals.csv"), "--kind", "deals", "--json"))
    assert {name: said[name] for name in ("read", "created", "updated", "unchanged", "rejected")} == {
        "read": 9, "created": 2, "updated": 0, "unchanged": 0, "rejected": 7,
    }  # fmt: skip
    assert said["mapping"]["deal_id"] == "external_id"
    assert sum(said["reasons"].values()) == 7


def test_people_read_sentences_and_a_dry_run_says_so(capsys):
    make_client()
    said = run(capsys, str(FILES / "pipedrive_deals.csv"), "--kind", "deals", "--dry-run")
    assert said.startswith("Dry run, nothing was written. 3 read: 3 created")
    assert "Deal - Won time → won_on" in said
    assert not Deal.objects.exists() and not ImportRun.objects.exists()


@pytest.mark.parametrize("name", ["map.json", "map.toml"])
def test_a_mapping_from_a_file(capsys, tmp_path, name):
    make_client()
    (tmp_path / "deals.csv").write_text("a,b\n1,Pumps\n")
    mapping = {"map.json": '{"a": "external_id", "b": "name"}', "map.toml": 'a = "external_id"\nb = "name"\n'}[name]
    (tmp_path / name).write_text(mapping)
    run(capsys, str(tmp_path / "deals.csv"), "--kind", "deals", "--map", str(tmp_path / name))
    assert Deal.objects.get().name == "Pumps"


@pytest.mark.parametrize(
    ("content", "args", "status"),
    [
        ("", [], 1),
        (None, [], 1),
        ("id,name\n1,a\n", ["--client", "nobody"], 2),
        ("id,name\n1,a\n", ["--map", "gone.json"], 2),
    ],
)
def test_exit_status(tmp_path, content, args, status):
    make_client()
    path = tmp_path / "deals.csv"
    if content is not None:
        path.write_text(content)
    with pytest.raises(CommandError) as caught:
        call_command("import_crm", str(path), "--kind", "deals", *args)
    assert caught.value.returncode == status


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_an_import_that_is_broken_off_says_so_and_may_run_again(capsys, tmp_path, monkeypatch, error):
    make_client()
    (tmp_path / "deals.csv").write_text("id,name\n1,Secret\n")
    args = (str(tmp_path / "deals.csv"), "--kind", "deals")
    with monkeypatch.context() as broken:
        broken.setattr(Session, "run", lambda *_: (_ for _ in ()).throw(error("Secret")))
        with pytest.raises(error):
            run(capsys, *args)
    failed = ImportRun.objects.get()
    assert failed.status == ImportStatus.FAILED and failed.finished_at
    assert failed.error.startswith(f"The import was broken off ({error.__name__}). Import the file again")
    assert "1 created" in run(capsys, *args)
