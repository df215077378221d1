"""A spoken turn goes through the real recogniser, and what is no speech says so."""

import wave
from io import BytesIO

import pytest

from salesiq.people.roles import Role
from testcases.simulation.errors import NotAllowedError, NothingHeardError
from testcases.simulation.sessions import start_session
from testcases.simulation.voice import hear
from tests.factories import make_agent, make_user
from tests.testcases.factories import make_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(settings):
    settings.SCRATCH_DIR.mkdir(exist_ok=True)
    case = make_case()
    user = make_user(client=case.client, role=Role.AGENT)
    make_agent(client=case.client, user=user)
    return start_session(version=case.current, user=user, seed=1)


def silence(seconds=1):
    file = BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(16_000)
        sound.writeframes(bytes(2 * 16_000 * seconds))
    return file.getvalue()


@pytest.mark.parametrize(("sound", "code"), [(b"", "empty_file"), (b"no sound at all", "not_audio"), (None, "silent")])
def test_what_is_no_speech_says_so(session, sound, code):
    with pytest.raises(NothingHeardError) as caught:
        hear(session=session, user=session.user, sound=silence() if sound is None else sound)
    assert caught.value.code in (code, "nothing_heard", "no_speech")
    assert not session.turns.filter(role="agent").exists()


def test_only_who_plays_is_heard(session):
    with pytest.raises(NotAllowedError):
        hear(session=session, user=make_user(client=session.client), sound=silence())


def test_nobody_speaks_for_an_hour(session, settings):
    settings.PRACTICE_SPOKEN_BYTES = 1000
    with pytest.raises(NothingHeardError, match="fewer words"):
        hear(session=session, user=session.user, sound=silence())


def test_spoken_words_come_back_as_text(session, real_audio):
    sound = (real_audio / "general" / "jfk.flac").read_bytes()
    assert "what you can do for your country" in hear(session=session, user=session.user, sound=sound).lower()
    assert not list(session.turns.filter(role="agent"))
