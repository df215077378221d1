"""What every test gets: files in a folder of its own, and real data where it is at hand."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
REAL_DATA = ROOT.parent / "shared" / "data"


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    """Uploads and scratch files of a test never touch those of an installation or of another test."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.SCRATCH_DIR = tmp_path / "scratch"


@pytest.fixture(scope="session")
def real_audio() -> Path:
    """The folder of real recordings that lies beside the repository."""
    folder = REAL_DATA / "audio"
    if not folder.is_dir():
        pytest.skip("The real recordings (../shared/data/audio) are not here.")
    return folder
