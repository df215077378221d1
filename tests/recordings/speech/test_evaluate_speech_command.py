import json
import shutil

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from tests.recordings.speech.sounds import write_wav


def test_the_table_shows_errors_silence_and_confusion(real_audio, tmp_path, capsys):
    for name in ("jfk.flac", "stereo_diarization.wav"):
        shutil.copy(real_audio / "general" / name, tmp_path)
    texts = json.loads((real_audio / "general" / "ref.json").read_text())
    write_wav(tmp_path / "quiet.wav", np.zeros(16_000))
    (tmp_path / "refs.json").write_text(json.dumps(texts | {"quiet.wav": ""}))
    call_command("evaluate_speech", str(tmp_path / "refs.json"), model="tiny.en", errors=True)
    output = capsys.readouterr().out
    assert "tiny.en" in output
    assert "silent recordings heard as silent: 1 of 1" in output
    assert "speaker confusion" in output


def test_a_manifest_that_cannot_be_used_is_said_in_words(tmp_path):
    (tmp_path / "refs.json").write_text('{"gone.wav": "text"}')
    with pytest.raises(CommandError, match=r"gone\.wav"):
        call_command("evaluate_speech", str(tmp_path / "refs.json"))
