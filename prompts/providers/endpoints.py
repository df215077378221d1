"""From a provider's row to the endpoint its requests go to."""

from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from prompts.models import ModelProvider, ProviderKind
from prompts.providers import embedded
from prompts.providers.connection import Endpoint
from prompts.providers.egress import Egress
from prompts.providers.errors import ErrorKind, ModelError
from prompts.providers.keys import key_of


def endpoint_of(provider: ModelProvider) -> Endpoint:
    """Where the provider is asked; the packaged model is started if it does not run.

    Raises:
        ModelError: its URL is none, its key is not to be had, or the packaged model does not start.
    """
    if provider.kind == ProviderKind.EMBEDDED:
        running = embedded.running()
        egress = Egress(loopback_port=running.port)
        return Endpoint(f"{running.url}/v1", provider.timeout_seconds, egress, key=running.key)
    url = provider.base_url.rstrip("/")
    problem = problem_of_url(url)
    if problem:
        raise ModelError(ErrorKind.NOT_ALLOWED, problem)
    key = key_of(provider, host=urlsplit(url).hostname or "")
    return Endpoint(url, provider.timeout_seconds, Egress(in_house=not provider.leaves_house), key=key)


def problem_of_url(url: str) -> str:
    """What is wrong with a base URL, in a sentence; empty where nothing is."""
    try:
        parts = urlsplit(url)
        port_is_right = parts.port is None or parts.port > 0
    except ValueError:
        return _("The base URL is none.")
    if parts.scheme not in ("http", "https") or not parts.hostname or not port_is_right:
        return _("The base URL must begin with https:// (or http:// inside your network) and a host.")
    if parts.username or parts.password or parts.query or parts.fragment:
        return _("The base URL must hold no user, password, query or fragment. Keys have a field of their own.")
    return ""
