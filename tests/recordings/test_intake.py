"""What every door asks before it takes a recording in."""

import pytest
from django.core.exceptions import ValidationError

from recordings.intake import PACKAGED_MODELS, check_language, check_speech_model, client_of_upload
from recordings.speech.languages import WHISPER_LANGUAGES
from recordings.speech.weights import resolve_model
from salesiq.people.roles import Role
from tests.factories import make_client, make_superuser, make_user


def test_the_languages_are_those_of_the_engine():
    tokenizer = pytest.importorskip("faster_whisper.tokenizer")
    assert set(tokenizer._LANGUAGE_CODES) == WHISPER_LANGUAGES


@pytest.mark.parametrize("code", ["en", "es", "ru", ""])
def test_known_languages_and_none_are_taken(code):
    check_language(code)


@pytest.mark.parametrize("code", ["zz", "EN", "english", "en "])
def test_other_languages_are_refused(code):
    with pytest.raises(ValidationError, match="language code"):
        check_language(code)


@pytest.mark.django_db
def test_every_packaged_model_that_is_offered_can_be_loaded(settings):
    user = make_user(role=Role.INTEGRATOR)
    for name in PACKAGED_MODELS:
        check_speech_model(name, user)
    assert resolve_model("tiny.en", settings.MODELS_DIR).name == "tiny.en"


@pytest.mark.django_db
def test_the_installations_own_model_may_be_named_by_anybody(settings):
    settings.WHISPER_MODEL = "/srv/models/large"
    check_speech_model("/srv/models/large", make_user(role=Role.INTEGRATOR))


@pytest.mark.django_db
def test_a_refused_model_is_told_with_those_there_are():
    with pytest.raises(ValidationError, match=r"base, tiny\.en"):
        check_speech_model("large-v9", make_user(role=Role.ADMIN))


@pytest.mark.django_db
def test_a_superuser_without_a_choice_gets_the_only_client():
    only = make_client()
    assert client_of_upload(make_superuser()) == only


@pytest.mark.django_db
def test_a_user_cannot_name_another_client():
    user, other = make_user(role=Role.ADMIN), make_client()
    assert client_of_upload(user, other) == user.client
