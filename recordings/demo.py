"""The demo workspace: one fictional company and its calls, from the files under demo/.

Only scripts and sound are shipped; everything that is shown about a call is found by the pipeline.
"""

import json
import secrets
import tomllib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.utils import timezone

from recordings.calibrating.demo import build_calibration
from recordings.grounds import declare_basis
from recordings.models import CallStatus, SalesCall, Script, StandardStatus
from recordings.privacy.consent import policy_of
from recordings.privacy.records import Statement
from recordings.services import AnalysisOptions, CallDetails, NotLawfulError, receive_recording, start_analysis
from salesiq.people.models import Agent, Client, Customer, Team, User
from salesiq.people.roles import Role

DEMO_DIR: Path = settings.BASE_DIR / "demo"


@dataclass(frozen=True, slots=True)
class Login:
    username: str
    password: str


@dataclass(frozen=True, slots=True)
class DemoWorkspace:
    """The demo's client and one login per role."""

    client: Client
    logins: dict[str, Login]


def build_workspace() -> DemoWorkspace:
    """Make the demo's people and script, or find them as they are. Passwords are this installation's own."""
    plan = tomllib.loads((DEMO_DIR / "workspace.toml").read_text(encoding="utf-8"))
    passwords = _passwords([row["username"] for row in plan["users"]])
    with transaction.atomic():
        client = _client(plan)
        _policy(client, plan["policy"])
        teams = {row["key"]: Team.objects.get_or_create(client=client, name=row["name"])[0] for row in plan["teams"]}
        agents = {row["key"]: _agent(client, teams, row) for row in plan["agents"]}
        for row in plan["customers"]:
            _customer(client, row)
        for row in plan["users"]:
            _user(client, teams, agents, row, passwords[row["username"]])
        for language in plan["script"]["languages"]:
            _script(client, plan["script"], language)
    logins: dict[str, Login] = {}
    for row in plan["users"]:
        logins.setdefault(row["role"], Login(row["username"], passwords[row["username"]]))
    return DemoWorkspace(client, logins)


Part = Callable[[DemoWorkspace], None]
_parts: list[Part] = []
_parts_of_calls: list[Part] = [lambda workspace: build_calibration(workspace.client)]


def register_part(build: Part, *, after_calls: bool = False) -> None:
    """Have a room above add its part to the demo. `build` runs at each start and must find again what it made.

    `after_calls`: it needs the analysed calls, and runs once all of them are ready.
    """
    parts = _parts_of_calls if after_calls else _parts
    if build not in parts:
        parts.append(build)


def build_parts(workspace: DemoWorkspace) -> None:
    """Have every registered part made, or found as it is."""
    for build in _parts:
        build(workspace)


def build_parts_of_calls(workspace: DemoWorkspace) -> None:
    """Have every part made, or found as it is, that needs the analysed calls."""
    for build in _parts_of_calls:
        build(workspace)


def receive_demo_calls(workspace: DemoWorkspace) -> list[SalesCall]:
    """Hand in the demo's calls as an integration would, and have those analysed that are not ready yet."""
    calls = []
    for path in sorted((DEMO_DIR / "calls").glob("*.toml")):
        call = _receive(workspace.client, tomllib.loads(path.read_text(encoding="utf-8")))
        if call.status != CallStatus.PUBLISHED:
            with suppress(NotLawfulError):
                start_analysis(call=call, actor=None)
        calls.append(call)
    return calls


def _receive(client: Client, row: dict[str, Any]) -> SalesCall:
    sound = DEMO_DIR / row["file"]
    day = timezone.now() - timedelta(days=row["days_ago"])
    details = CallDetails(
        title=row["title"],
        agent=Agent.objects.get(client=client, external_id=row["agent"]),
        customer=Customer.objects.get(client=client, external_id=row["customer"]),
        started_at=day.replace(hour=row["hour"], minute=5, second=0, microsecond=0),
        call_type=row["call_type"],
        source="demo",
    )
    options = AnalysisOptions(agent_channel=row.get("agent_channel"))
    consent = Statement(channel="demo", at=details.started_at, **row["consent"]) if "consent" in row else None
    with sound.open("rb") as file:
        upload = File(file, name=sound.name)
        return receive_recording(
            client=client, upload=upload, created_by=None, details=details, options=options, consent=consent
        ).call


def _passwords(usernames: list[str]) -> dict[str, str]:
    """Made on first run and kept beside the database, readable by its owner only."""
    path = settings.DATA_DIR / "demo-logins.json"
    known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    if set(usernames) - set(known):
        known = {name: known.get(name) or secrets.token_urlsafe(9) for name in usernames}
        # Written beside and renamed, so that a start that is killed here leaves no half a file to the next one.
        fresh = path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps(known, indent=2))
        fresh.replace(path)
        _set_passwords(known)
    return known


def _set_passwords(passwords: dict[str, str]) -> None:
    """Where the people are there already and the file was lost, the logins that are printed must work."""
    for user in User.objects.filter(username__in=passwords):
        user.set_password(passwords[user.username])
        user.save(update_fields=["password"])


def _client(plan: dict[str, Any]) -> Client:
    row = plan["client"]
    defaults = {
        "name": row["name"],
        "language": row["default_language"],
        "product_names": [product["name"] for product in plan["products"]],
        "competitor_names": row.get("competitor_names", []),
    }
    return Client.objects.get_or_create(slug=row["key"], defaults=defaults)[0]


def _policy(client: Client, row: dict[str, Any]) -> None:
    if not policy_of(client).declared_basis:
        declare_basis(client=client, basis=row["basis"], note=row["note"], actor=None, default_rule=row["default_rule"])


def _agent(client: Client, teams: dict[str, Team], row: dict[str, Any]) -> Agent:
    defaults = {"name": row["name"], "team": teams[row["team"]]}
    return Agent.objects.get_or_create(client=client, external_id=row["key"], defaults=defaults)[0]


def _customer(client: Client, row: dict[str, Any]) -> Customer:
    defaults = {name: row[name] for name in ("name", "company", "region", "phone", "email")}
    return Customer.objects.get_or_create(client=client, external_id=row["key"], defaults=defaults)[0]


def _user(client: Client, teams: dict[str, Team], agents: dict[str, Agent], row: dict[str, Any], password: str) -> None:
    user = User.objects.filter(username=row["username"]).first()
    if user is not None:
        return
    first, _, last = row["name"].partition(" ")
    user = User.objects.create_user(
        row["username"], row["email"], password, first_name=first, last_name=last, role=row["role"], client=client
    )
    if row["role"] == Role.MANAGER:
        user.managed_teams.set([teams[key] for key in row.get("teams", teams)])
    elif row["role"] == Role.REVIEWER:
        user.reviewed_teams.set([teams[key] for key in row.get("teams", teams)])
    elif row["role"] == Role.AGENT:
        Agent.objects.filter(pk=agents[row["agent"]].pk).update(user=user)


def _script(client: Client, row: dict[str, Any], language: str) -> None:
    stages = [
        {
            "key": stage["key"],
            "name": stage["name"][language],
            "goal": stage["goal"][language],
            "weight": stage["weight"],
            **{
                kind: [line["say"][language] for line in stage["lines"] if line["kind"] == kind]
                for kind in ("required", "optional", "forbidden")
            },
        }
        for stage in row["stages"]
    ]
    Script.objects.get_or_create(
        client=client,
        name=row["name"],
        language=language,
        version=row["version"],
        defaults={"stages": stages, "status": StandardStatus.PUBLISHED, "published_at": timezone.now()},
    )
