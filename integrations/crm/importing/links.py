"""Records that rows name: found by id or by name, made as stubs where they are not there yet."""

from collections import Counter, OrderedDict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import models
from django.utils.translation import gettext as _

from integrations.crm.models import Company, Product, match_key
from salesiq.people.models import Agent, Client, Team

REMEMBERED = 100_000


class Remembered(OrderedDict[Any, Any]):
    """The latest REMEMBERED finds."""

    def keep(self, key: Any, value: Any) -> None:
        self[key] = value
        if len(self) > REMEMBERED:
            self.popitem(last=False)


class Agents:
    """Agents by id, name or e-mail address; those of one client are few, so they are read once."""

    def __init__(self, client: Client, made: Counter[str]) -> None:
        self._client, self._made = client, made
        self._teams: dict[str, UUID] = {}
        self._found: dict[str, UUID] = {}
        self.forget()

    def forget(self) -> None:
        """Read them again: a transaction that made some was rolled back."""
        self._teams = {
            match_key(name): pk for pk, name in Team.objects.filter(client=self._client).values_list("pk", "name")
        }
        self._found = {}
        rows = Agent.objects.filter(client=self._client).order_by("-created_at")
        for pk, name, external_id, email in rows.values_list("pk", "name", "external_id", "user__email"):
            for key in (match_key(name), external_id, (email or "").casefold()):
                if key:
                    self._found[key] = pk

    def find(self, named: str) -> UUID | None:
        return self._found.get(named) or self._found.get(match_key(named)) or self._found.get(named.casefold())

    def find_or_make(self, named: str, *, external_id: str = "", made_as: str = "agents") -> UUID:
        """The agent with this id or name."""
        known = (self._found.get(external_id) if external_id else None) or self.find(named)
        if known is not None:
            self._found[named] = known
            return known
        is_code = bool(named) and " " not in named and any(letter.isdigit() for letter in named)
        agent = Agent.objects.create(
            client=self._client, name=named[:200], external_id=external_id or (named[:200] if is_code else "")
        )
        self._made[made_as] += 1
        for key in (match_key(named), agent.external_id):
            if key:
                self._found[key] = agent.pk
        return agent.pk

    def team(self, name: str) -> UUID:
        """The team of this name, made where there is none."""
        key = match_key(name)
        if key not in self._teams:
            team, made = Team.objects.get_or_create(client=self._client, name=name[:200])
            self._teams[key] = team.pk
            self._made["teams"] += made
        return self._teams[key]


class Named:
    """Companies or products by what the spellings of their names have in common."""

    def __init__(self, model: type[Company] | type[Product], client: Client, made: Counter[str], called: str) -> None:
        self._model, self._client, self._made, self._called = model, client, made, called
        self._found = Remembered()

    def forget(self) -> None:
        self._found.clear()

    def resolve(self, names: Iterable[str | None]) -> None:
        """Find or make all of `names`, by two queries; then `get` knows them."""
        wanted: dict[str, str] = {}
        for name in filter(None, names):
            wanted.setdefault(match_key(name) or name, name)
        missing = {key: name for key, name in wanted.items() if key not in self._found}
        if not missing:
            return
        manager: Any = self._model._default_manager
        found = manager.filter(client=self._client, match_key__in=list(missing)).order_by("-created_at")
        for key, pk in found.values_list("match_key", "pk"):
            self._found.keep(key, pk)
        stubs = [
            self._model(client=self._client, name=name[:200], match_key=key[:200])
            for key, name in missing.items()
            if key not in self._found
        ]
        manager.bulk_create(stubs)
        self._made[self._called] += len(stubs)
        for stub in stubs:
            self._found.keep(stub.match_key, stub.pk)

    def get(self, name: str | None) -> UUID | None:
        return self._found.get(match_key(name) or name) if name else None


class ByExternalId:
    """Deals or leads of the same system by their ids there."""

    def __init__(self, model: type[models.Model], client: Client, system: str) -> None:
        self._rows: Any = model._default_manager.filter(client=client, system=system).exclude(external_id="")
        self._found = Remembered()

    def forget(self) -> None:
        self._found.clear()

    def resolve(self, ids: Iterable[str | None]) -> None:
        wanted = {name for name in ids if name and name not in self._found}
        if wanted:
            for name, pk in self._rows.filter(external_id__in=list(wanted)).values_list("external_id", "pk"):
                self._found.keep(name, pk)

    def get(self, name: str | None) -> UUID | None:
        return self._found.get(name) if name else None


def not_here(kind: str) -> str:
    """The note on rows whose deal or lead is not known; it has %(rows)d in it."""
    if kind == "lead":
        return _("Leads are named that are not here (rows: %(rows)d). Import the leads, then this file again.")
    return _("Deals are named that are not here (rows: %(rows)d). Import the deals, then this file again.")
