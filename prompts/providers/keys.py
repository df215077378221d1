"""The key that a provider's requests carry.

A key by reference belongs to the installation, and a client's administrator chooses where requests go. So a reference
reaches nothing but keys of models, and a key goes only to the host that the installation named for it:

- `env:SALESIQ_MODEL_KEY_NAME` to the hosts in `SALESIQ_MODEL_HOSTS_NAME`, for the clients (their slugs) in
  `SALESIQ_MODEL_CLIENTS_NAME`, or for all where that is not set.
- `file:NAME` is read from `<keys folder>/<host>/<client's slug>/NAME` or, for all clients, `<keys folder>/<host>/NAME`.
"""

import os
import re
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from prompts.models import ModelProvider
from prompts.providers.errors import ErrorKind, ModelError

PREFIX = "SALESIQ_MODEL_KEY_"
REFERENCE = re.compile(rf"env:{PREFIX}(?P<variable>[A-Z0-9_]{{1,80}})|file:(?P<file>[A-Za-z0-9][A-Za-z0-9_.-]{{0,79}})")
MAX_KEY_BYTES = 4096


def is_reference(text: str) -> bool:
    return REFERENCE.fullmatch(text) is not None


def key_of(provider: ModelProvider, *, host: str) -> str:
    """The key for requests of `provider` to `host`; empty where it has none.

    Raises:
        ModelError: the reference is none, names a key that is not there, or one that is not meant for that host.
    """
    if not provider.key_reference:
        return str(provider.sealed_key)
    match = REFERENCE.fullmatch(provider.key_reference)
    if match is None:
        raise _refusal(_("The key's reference is neither env:SALESIQ_MODEL_KEY_NAME nor file:NAME."))
    if match["variable"]:
        return _from_environment(match["variable"], host=host, slug=provider.client.slug)
    return _from_file(match["file"], host=host, slug=provider.client.slug)


def _from_environment(name: str, *, host: str, slug: str) -> str:
    key = os.environ.get(PREFIX + name, "").strip()
    hosts, clients = _listed(f"SALESIQ_MODEL_HOSTS_{name}"), _listed(f"SALESIQ_MODEL_CLIENTS_{name}")
    if not key or (clients and slug.lower() not in clients):
        raise _refusal(_("The key %(name)s is not set for you where salesiq runs.") % {"name": PREFIX + name})
    if host.lower() not in hosts:
        message = _(
            "The key %(name)s may not be sent to %(host)s. Who runs salesiq can allow it by %(variable)s=%(host)s."
        )
        names = {"name": PREFIX + name, "host": host, "variable": f"SALESIQ_MODEL_HOSTS_{name}"}
        raise _refusal(message % names)
    return key


def _from_file(name: str, *, host: str, slug: str) -> str:
    folder = Path(settings.MODEL_KEYS_DIR).resolve()
    for path in (folder / host.lower() / slug / name, folder / host.lower() / name):
        found = path.resolve()
        if found.is_relative_to(folder) and found.is_file() and found.stat().st_size <= MAX_KEY_BYTES:
            return found.read_text(encoding="utf-8").strip()
    message = _("No key %(name)s lies in the folder of keys for %(host)s.") % {"name": name, "host": host}
    raise _refusal(message)


def _listed(variable: str) -> set[str]:
    return {row.strip().lower() for row in os.environ.get(variable, "").split(",") if row.strip()}


def _refusal(message: str) -> ModelError:
    return ModelError(ErrorKind.REFUSED_KEY, message)
