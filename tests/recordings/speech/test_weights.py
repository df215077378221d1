import hashlib
from concurrent.futures import ThreadPoolExecutor

import pytest

from recordings.speech import weights
from recordings.speech.errors import SoundError
from recordings.speech.weights import resolve_model


@pytest.fixture
def packages(tmp_path, monkeypatch):
    """Two small packages that add up to a model, in place of the real ones."""
    halves = (b"first half, ", b"second half")
    for number, (name, content) in enumerate(zip(weights.BASE_PARTS, halves, strict=True), start=1):
        data = tmp_path / name / "data"
        data.mkdir(parents=True)
        (data / f"model.bin.part{number}").write_bytes(content)
        for side in weights.BASE_SIDE_FILES:
            (data / side).write_text(side)
    monkeypatch.setattr(weights, "_package_folder", lambda name: tmp_path / name)
    monkeypatch.setattr(weights, "BASE_SHA256", hashlib.sha256(b"".join(halves)).hexdigest())
    return tmp_path


def code_of(name, folder) -> str:
    with pytest.raises(SoundError) as caught:
        resolve_model(name, folder)
    assert "{" not in caught.value.message
    assert not caught.value.permanent
    return caught.value.code


def test_base_is_joined_from_its_parts_once(packages):
    files = resolve_model("base", packages / "models")
    assert (files.path / "model.bin").read_bytes() == b"first half, second half"
    assert {entry.name for entry in files.path.iterdir()} == {"model.bin", *weights.BASE_SIDE_FILES}
    (files.path / "vocabulary.txt").write_text("kept")
    assert resolve_model("base", packages / "models") == files
    assert (files.path / "vocabulary.txt").read_text() == "kept"


def test_many_processes_may_ask_at_once(packages):
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: resolve_model("base", packages / "models"), range(8)))
    assert len(found) == 1
    assert not list((packages / "models").glob("joining-*"))


def test_parts_that_do_not_add_up_are_refused_and_leave_nothing(packages):
    (packages / weights.BASE_PARTS[1] / "data" / "model.bin.part2").write_bytes(b"other half")
    assert code_of("base", packages / "models") == "model_damaged"
    assert not [entry for entry in (packages / "models").iterdir() if entry.is_dir()]


def test_missing_packages_are_said_with_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(weights, "_package_folder", lambda name: None)
    assert code_of("base", tmp_path) == "model_missing"


def test_a_folder_with_a_model_is_taken_as_it_is(tmp_path):
    (tmp_path / "model.bin").write_bytes(b"weights")
    files = resolve_model(str(tmp_path), tmp_path / "unused")
    assert (files.path, files.sha256) == (tmp_path, hashlib.sha256(b"weights").hexdigest())


def test_a_folder_without_a_model_is_refused(tmp_path):
    assert code_of(str(tmp_path), tmp_path) == "model_missing"


@pytest.mark.parametrize("name", ["no-such-size", "nobody/no-such-model", "small"])
def test_a_name_that_cannot_be_had_offline_is_said_with_what_to_do(tmp_path, monkeypatch, name):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    assert code_of(name, tmp_path) == "model_missing"
