"""Issuing, replacing and revoking API keys, and noting where they are used."""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from knox.crypto import hash_token
from knox.settings import CONSTANTS

from salesiq.people.key_format import make_secret
from salesiq.people.models import ApiKey, KeyAddress, User
from salesiq.people.roles import Capability
from salesiq.people.scopes import in_order, scopes_open_to
from salesiq.people.signals import object_touched

LAST_USE_WRITTEN_EVERY = timedelta(minutes=1)
MOST_OVERLAP_HOURS = 168
MOST_NETWORKS = 50


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A new key and its secret, which nobody can read again."""

    key: ApiKey
    secret: str


@dataclass(frozen=True, slots=True)
class KeyTerms:
    """What a new key will be, once it has been checked that it may be so."""

    name: str
    scopes: list[str]
    expiry: datetime | None
    networks: list[str]


def agree_on_terms(
    *,
    user: User,
    name: str,
    actor: User | None,
    scopes: Iterable[str] | None = None,
    days: int | None = None,
    never_expires: bool = False,
    addresses: Iterable[str] = (),
    by_key: ApiKey | None = None,
) -> KeyTerms:
    """Check what is asked for a new key; arguments and errors as of `issue_key`."""
    _check_may_issue(user=user, actor=actor)
    return KeyTerms(
        name=_checked_name(name),
        scopes=_checked_scopes(user, scopes, by_key),
        expiry=_checked_expiry(actor, days, never_expires, by_key),
        networks=read_networks(addresses),
    )


def issue_key(
    *,
    user: User,
    name: str,
    actor: User | None,
    scopes: Iterable[str] | None = None,
    days: int | None = None,
    never_expires: bool = False,
    addresses: Iterable[str] = (),
    by_key: ApiKey | None = None,
    request: HttpRequest | None = None,
) -> IssuedKey:
    """Make a key for `user`. `actor` of None is whoever runs the installation, at its command line.

    `scopes` of None: all that the user's role can use. `days` of None: as many as the installation says. `by_key` is
    the key that the request itself came with: it passes on no more than it has.

    Raises:
        PermissionDenied: `actor` may not issue keys for this user.
        ValidationError: by field: user, name, scopes, days, addresses.
    """
    terms = agree_on_terms(
        user=user, name=name, actor=actor, scopes=scopes, days=days, never_expires=never_expires, addresses=addresses,
        by_key=by_key,
    )  # fmt: skip
    with transaction.atomic():
        issued = _make(user, actor, terms)
        _tell(issued.key, "key_issued", actor, request, _facts(issued.key))
    return issued


def replace_key(
    *,
    key: ApiKey,
    actor: User,
    hours: int = 24,
    by_key: ApiKey | None = None,
    request: HttpRequest | None = None,
) -> IssuedKey:
    """A new key with the scopes and networks of `key`, which stays valid for `hours` so that programs can change over.

    The caller has made sure that `key` is visible to `actor`.

    Raises:
        ValidationError: the key or its user is at an end, `hours` is not between 0 and a week, or `by_key`, which the
            request came with, lacks one of the scopes.
    """
    if not 0 <= hours <= MOST_OVERLAP_HOURS:
        raise ValidationError({"hours": _("Choose 0 to %(most)d hours.") % {"most": MOST_OVERLAP_HOURS}})
    with transaction.atomic():
        old = ApiKey.objects.select_for_update(of=("self",)).select_related("user").get(pk=key.pk)
        if not (old.is_usable and old.user.is_active):
            raise ValidationError(_("This key has ended. Issue a new one instead."), code="ended")
        open_to_user = {scope.value for scope in scopes_open_to(old.user)}
        kept = _checked_scopes(old.user, set(old.scopes) & open_to_user, by_key)
        for_ever = old.expiry is None and actor.is_superuser
        expiry = _checked_expiry(actor, None, for_ever, by_key)
        issued = _make(old.user, actor, KeyTerms(old.name, kept, expiry, list(old.addresses)))
        ends = timezone.now() + timedelta(hours=hours)
        old.expiry = ends if old.expiry is None else min(old.expiry, ends)
        old.replaced_by = issued.key
        old.save(update_fields=["expiry", "replaced_by"])
        details = {**_facts(issued.key), "replaces": str(old.pk), "old_valid_until": _iso(old.expiry)}
        _tell(issued.key, "key_replaced", actor, request, details)
    return issued


def revoke_key(*, key: ApiKey, actor: User | None, request: HttpRequest | None = None) -> ApiKey:
    """End `key` at once. A key that was revoked before stays as it was."""
    with transaction.atomic():
        row: ApiKey = ApiKey.objects.select_for_update().get(pk=key.pk)
        if row.revoked_at is None:
            row.revoked_at, row.revoked_by = timezone.now(), actor
            row.save(update_fields=["revoked_at", "revoked_by"])
            _tell(row, "key_revoked", actor, request, {"prefix": row.visible_part})
    return row


def note_use(*, key: ApiKey, address: str | None, request: HttpRequest) -> None:
    """Keep when and from where `key` was last used: one write a minute, and an audit event for each new address."""
    now = timezone.now()
    if key.last_used_at is None or now - key.last_used_at >= LAST_USE_WRITTEN_EVERY:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=now, last_used_address=address)
    if address and address != key.last_used_address and _is_new(key, address):
        _tell(key, "key_used_from_new_address", key.user, request, {"prefix": key.visible_part})


def read_networks(lines: Iterable[str]) -> list[str]:
    """Networks in their plain form, each once; a single address is a network of one.

    Raises:
        ValidationError: with the line that is none.
    """
    networks: dict[str, None] = {}
    for line in filter(None, (line.strip() for line in lines)):
        try:
            networks[str(ipaddress.ip_network(line, strict=False))] = None
        except ValueError as error:
            sentence = _("“%(line)s” is neither an address nor a network. Write it like 203.0.113.7 or 10.0.0.0/8.")
            raise ValidationError({"addresses": sentence % {"line": line[:60]}}) from error
    if len(networks) > MOST_NETWORKS:
        raise ValidationError({"addresses": _("At most %(most)d networks.") % {"most": MOST_NETWORKS}})
    return list(networks)


def _check_may_issue(*, user: User, actor: User | None) -> None:
    """Whether `actor` may issue keys for `user`: within one client, and never for the installation's superuser.

    Raises:
        PermissionDenied: no.
        ValidationError: the user cannot use a key.
    """
    if actor is not None and not actor.is_superuser:
        same_client = actor.client_id is not None and actor.client_id == user.client_id
        if not (actor.can(Capability.MANAGE_KEYS) and same_client and not user.is_superuser):
            raise PermissionDenied
    if not user.is_active:
        raise ValidationError({"user": _("This user is not active. Activate them first.")})
    if user.client_id is None and not user.is_superuser:
        raise ValidationError({"user": _("This user belongs to no client, so a key would open nothing.")})


def _is_new(key: ApiKey, address: str) -> bool:
    if KeyAddress.objects.filter(key=key, address=address).exists():
        return False
    try:
        with transaction.atomic():
            KeyAddress.objects.create(key=key, address=address)
    except IntegrityError:  # another request was quicker
        return False
    return True


def _make(user: User, actor: User | None, terms: KeyTerms) -> IssuedKey:
    secret = make_secret()
    key = ApiKey.objects.create(
        client=user.client,
        user=user,
        name=terms.name,
        scopes=terms.scopes,
        addresses=terms.networks,
        expiry=terms.expiry,
        created_by=actor,
        token_key=secret[: CONSTANTS.TOKEN_KEY_LENGTH],
        digest=hash_token(secret),
    )
    return IssuedKey(key, secret)


def _checked_name(name: str) -> str:
    plain = name.strip()
    if not 1 <= len(plain) <= 100:
        raise ValidationError({"name": _("Name the key in 1 to 100 characters, by what uses it.")})
    return plain


def _checked_scopes(user: User, scopes: Iterable[str] | None, by_key: ApiKey | None) -> list[str]:
    """What is wanted, if the user's role can use it and a calling key has it to give."""
    open_to_user = {scope.value for scope in scopes_open_to(user)}
    if by_key is not None:
        open_to_user &= set(by_key.scopes)
    wanted = open_to_user if scopes is None else set(scopes)
    if not wanted:
        raise ValidationError({"scopes": _("Choose at least one scope.")})
    if beyond := sorted(wanted - open_to_user):
        sentence = _("Not open to this user or key: %(beyond)s. Open are: %(open)s.")
        known = ", ".join(in_order(open_to_user))
        raise ValidationError({"scopes": sentence % {"beyond": ", ".join(beyond)[:200], "open": known}})
    return in_order(wanted)


def _checked_expiry(
    actor: User | None, days: int | None, never_expires: bool, by_key: ApiKey | None
) -> datetime | None:
    limit: int = settings.API_KEY_DAYS
    unlimited = actor is None or (actor.is_superuser and by_key is None)
    if never_expires:
        if not unlimited:
            raise ValidationError({"days": _("Only the installation's superuser issues keys that never expire.")})
        return None
    wanted = limit if days is None else days
    most = 36_500 if unlimited else limit
    if not 1 <= wanted <= most:
        raise ValidationError({"days": _("Choose 1 to %(most)d days.") % {"most": most}})
    expiry = timezone.now() + timedelta(days=wanted)
    return min(expiry, by_key.expiry) if by_key is not None and by_key.expiry is not None else expiry


def _facts(key: ApiKey) -> dict[str, Any]:
    """What the audit trail keeps of a key: nothing of its secret beyond what screens show."""
    return {"prefix": key.visible_part, "scopes": key.scopes, "expires": _iso(key.expiry), "user": str(key.user_id)}


def _iso(time: datetime | None) -> str | None:
    return time.isoformat(timespec="seconds") if time else None


def _tell(key: ApiKey, action: str, actor: User | None, request: HttpRequest | None, details: dict[str, Any]) -> None:
    object_touched.send(ApiKey, target=key, action=action, actor=actor, request=request, details=details)
