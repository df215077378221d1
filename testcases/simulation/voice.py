"""A spoken turn: its sound goes the way of a call (decoding, speech detection, recogniser) and is not kept."""

import tempfile
import threading
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from recordings.speech.decoding import decode
from recordings.speech.errors import SoundError
from recordings.speech.transcriber import load_transcriber
from recordings.speech.vad import find_speech
from salesiq.people.models import User
from testcases.models import PracticeSession
from testcases.simulation.contents import content_of
from testcases.simulation.errors import NothingHeardError
from testcases.simulation.sessions import LONGEST_TURN, session_to_play

# A transcriber serves one thread at a time.
_hearing = threading.Lock()


def hear(*, session: PracticeSession, user: User, sound: bytes) -> str:
    """The words that the agent spoke, in the language of the case. Takes about a second for five of speech.

    Nothing is said in the session by this: the words are shown, may be mended, and go to `say` with `spoken=True`.

    Raises:
        NotAllowedError: somebody else plays this session.
        NothingHeardError: no words in it, too long, or no sound at all; `code` as of recordings.speech.errors.
    """
    current = session_to_play(session, user)
    if len(sound) > settings.PRACTICE_SPOKEN_BYTES:
        raise NothingHeardError(_("The recording of this turn is too large. Say it in fewer words."), code="too_large")
    with tempfile.TemporaryDirectory(prefix="practice-", dir=settings.SCRATCH_DIR) as folder:
        try:
            text = _words(sound, Path(folder), content_of(current.version).language)
        except SoundError as error:
            raise NothingHeardError(error.message, code=error.code) from error
    if not text:
        raise NothingHeardError(_("No words were heard. Come nearer to the microphone and say it again."))
    return text[:LONGEST_TURN]


def _words(sound: bytes, folder: Path, language: str) -> str:
    path = folder / "turn"
    path.write_bytes(sound)
    decoded = decode(path, folder, max_seconds=settings.PRACTICE_SPOKEN_SECONDS)
    speech = find_speech(decoded)
    if not any(speech):
        return ""
    with _hearing:
        transcriber = load_transcriber(
            settings.WHISPER_MODEL,
            settings.MODELS_DIR,
            compute_type=settings.WHISPER_COMPUTE_TYPE,
            cpu_threads=settings.CPU_THREADS,
            batch_size=settings.WHISPER_BATCH_SIZE,
        )
        heard = transcriber.transcribe(decoded, speech, language=language)
    return " ".join(segment.text.strip() for segment in heard.segments).strip()
