"""What every door asks before it takes a recording in: whose call it is, and whether it can be listened to so."""

import re
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from recordings.speech.languages import WHISPER_LANGUAGES
from salesiq.people.models import Agent, Client, User
from salesiq.people.roles import Role
from salesiq.people.services import choose_client

PACKAGED_MODELS = ("base", "tiny.en")
MOST_SPEAKERS = 10
MOST_CHANNELS = 16
_HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,95}(/[A-Za-z0-9][\w.-]{0,95})?", re.ASCII)


def client_of_upload(user: User, named: Client | None = None) -> Client:
    """The tenant a new call belongs to: the user's own; for the installation's superuser the named or only one.

    Raises:
        ValidationError: the user belongs to no tenant, or is the superuser of several and named none.
    """
    if user.is_superuser and named is not None:
        return named
    if user.client is not None:
        return user.client
    if not user.is_superuser:
        raise ValidationError(_("Your account belongs to no client. Ask an administrator to put it right."))
    if Client.objects.count() > 1:
        raise ValidationError(_("Several clients live here. Say whose call it is."), code="required")
    return choose_client("")


def check_owner(user: User, agent: Agent | None) -> None:
    """Refuse a call that its uploader could not see afterwards: managers see the calls of their teams' agents.

    Raises:
        ValidationError: the user is a manager and named no agent.
    """
    if agent is None and user.role == Role.MANAGER and not user.is_superuser:
        raise ValidationError(
            _("Say which agent of your teams held the call; without one you would not see it afterwards."),
            code="required",
        )


def check_language(code: str) -> None:
    """Raises ValidationError for a language that the recogniser does not know. Empty means: detect it."""
    if code and code not in WHISPER_LANGUAGES:
        raise ValidationError(
            _("“%(code)s” is not a language code we can transcribe. Use one such as en, es or ru, or leave it out.")
            % {"code": code}
        )


def check_speech_model(name: str, user: User) -> None:
    """Refuse a speech model that the worker would not find, as far as that can be told without loading it.

    Folders of this machine may be named by administrators only: their names would tell others what lies where.

    Raises:
        ValidationError: with the sentence to show.
    """
    if not name or name in PACKAGED_MODELS or name == settings.WHISPER_MODEL:
        return
    if (user.is_superuser or user.role == Role.ADMIN) and (Path(name) / "model.bin").is_file():
        return
    if _HUB_NAME.fullmatch(name) and (settings.ALLOW_MODEL_DOWNLOAD or _was_downloaded(name)):
        return
    raise ValidationError(
        _("There is no speech model “%(name)s” here. Use one of: %(known)s.")
        % {"name": name, "known": ", ".join(dict.fromkeys((settings.WHISPER_MODEL, *PACKAGED_MODELS)))}
    )


def _was_downloaded(name: str) -> bool:
    """Whether the hub's cache holds the model: its folders are named models--owner--name."""
    ending = name.replace("/", "--")
    return any(folder.name.endswith(f"-{ending}") for folder in settings.MODELS_DIR.glob("models--*"))
