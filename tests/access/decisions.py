"""Decisions, in the table and the world of the access matrix."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from decisions.models import (
    AdviceSubscription,
    AlertRule,
    Audience,
    ForecastAdjustment,
    ForecastSnapshot,
    StageChance,
)
from decisions.runs.audiences import audience_of, everyone_of
from salesiq.people.models import Client
from tests.decisions.documents_by_hand import make_model
from tests.decisions.factories import make_analysis, make_finding

if TYPE_CHECKING:
    from tests.access.world import Thing, World

PAGES = ("decisions", "win-rate", "drivers", "forecast", "patterns", "anomalies", "findings", "rules", "models")
API_RULE = {"key": "odd", "name": "Odd", "kind": "change", "metric": "win_rate", "by": "region"}
IN_A_WEEK = (timezone.localdate() + timedelta(days=7)).isoformat()
RULE = {"name": "Fell", "metric": "win_rate", "by": "region", "kind": "change", "direction": "down", "is_active": "on"}


def addresses_of_decisions(address: Any, *, readers: frozenset[str], managers: frozenset[str]) -> list[Any]:
    """`readers` work with decisions; `managers` set rules and which model is in use."""
    return [
        *(address(f"analytics-{name}", get=readers) for name in PAGES),
        address("analytics-decisions-work", post=readers, data={"kind": "winrate"}),
        address("analytics-forecast-deals", get=readers),
        address("analytics-findings-letters", post=readers, data={"cadence": "daily"}),
        address("analytics-finding", on="finding", get=readers),
        *(
            address(f"analytics-finding-{act}", on="finding", post=readers, data={"until": IN_A_WEEK})
            for act in ("acknowledge", "snooze", "dismiss", "done")
        ),
        address("analytics-rule-new", get=managers),
        address("analytics-rule-new", post=managers, data=RULE),
        address("analytics-rule", on="alert rule", get=managers, post=managers, data=RULE),
        address("analytics-rule-delete", on="alert rule", post=managers),
        address("analytics-models-fit", post=managers, data={"target": "deal_win"}),
        address("analytics-model", on="predictive model", get=readers),
        *_api(address, readers, managers),
    ]


def _api(address: Any, readers: frozenset[str], managers: frozenset[str]) -> list[Any]:
    """Who belongs to no client names one; results that nobody had worked out are not there."""
    of_a_client = readers - {"superuser", "admin of no client"}
    rows = ("forecast-deals", "predictions", "models", "anomalies", "findings", "rules", "analyses")
    rule = {**API_RULE, "parameters": {"direction": "down"}}
    return [
        *(address(f"api-{name}", get=of_a_client) for name in rows),
        *(address(f"api-{name}", get=of_a_client, ok=404) for name in ("win-rate", "drivers", "forecast", "patterns")),
        address("api-analyses", post=of_a_client, data={"kind": "winrate"}),
        address("api-analysis", on="analysis", get=readers),
        address("api-model", on="predictive model", get=readers),
        address("api-finding", on="finding", get=readers),
        *(
            address(f"api-finding-{act}", on="finding", post=readers, data=data)
            for act, data in (("acknowledge", {}), ("snooze", {"until": IN_A_WEEK}), ("dismiss", {}), ("done", {}))
        ),
        address("api-rules", post=managers & of_a_client, data=rule),
        address("api-rule", on="alert rule", get=readers, put=managers, delete=managers, data=rule),
    ]


def things_of_decisions(world: "World", ours: Client, foreign: Client) -> "dict[str, list[Thing]]":
    """Findings belong to an audience: managers see those of their teams alone. Rules and models are the client's."""
    of_call = type(world.things["call"][0])
    always, whole = frozenset({"superuser"}), frozenset({"superuser", "admin", "integrator"})
    managers = frozenset({"manager", "other manager"})
    manager = world.people["manager"]
    assert manager is not None
    own_teams = audience_of(manager)
    assert own_teams is not None
    of_foreign = always | {"foreign admin"}
    found: dict[str, list[Thing]] = {
        "finding": [
            of_call("everybody's", _finding(everyone_of(ours), "Everybodymark"), whole, ("Everybodymark",)),
            of_call("own teams'", _finding(own_teams, "Ownteamsmark"), whole | {"manager"}, ("Ownteamsmark",)),
            of_call("the other client's", _finding(everyone_of(foreign), "Foreignteamsmark"), of_foreign,
                    ("Foreignteamsmark",)),
        ]
    }  # fmt: skip
    letters = AdviceSubscription.objects.create(client=ours, user=manager)
    found["advice subscription"] = [of_call("the manager's", letters, {"superuser", "admin", "manager"})]
    found["analysis"] = [
        of_call("everybody's", make_analysis(audience=everyone_of(ours), question_key="x"), whole),
        of_call("own teams'", make_analysis(audience=own_teams, question_key="x"), whole | {"manager"}),
        of_call("the other client's", make_analysis(audience=everyone_of(foreign), question_key="x"), of_foreign),
    ]
    for whose, client, seen_by in (
        ("own client's", ours, whole | managers),
        ("the other client's", foreign, of_foreign),
    ):
        rule = AlertRule.objects.create(
            client=client, key="fell", name=f"Rulemark {client.slug}", kind="change", metric="win_rate", tells=[]
        )
        found.setdefault("alert rule", []).append(of_call(whose, rule, seen_by, (rule.name,)))
        model = make_model(audience=everyone_of(client), features=[f"Fieldmark {client.slug}"])
        found.setdefault("predictive model", []).append(of_call(whose, model, seen_by))
        chance = StageChance.objects.create(
            client=client, stage=f"Stagemark {client.slug}", kind="proposal", chance="0.5"
        )
        found.setdefault("stage chance", []).append(of_call(whose, chance, seen_by, (chance.stage,)))
        adjustment = ForecastAdjustment.objects.create(client=client, key="demo_completed", points=15)
        found.setdefault("forecast adjustment", []).append(of_call(whose, adjustment, seen_by))
    found["forecast snapshot"] = [
        of_call("everybody's", _snapshot(everyone_of(ours), "Everybodysays"), whole, ("Everybodysays",)),
        of_call("own teams'", _snapshot(own_teams, "Ownteamssay"), whole | {"manager"}, ("Ownteamssay",)),
        of_call("the other client's", _snapshot(everyone_of(foreign), "Foreignsays"), of_foreign, ("Foreignsays",)),
    ]
    return found


def _snapshot(audience: Audience, method: str) -> ForecastSnapshot:
    today = timezone.localdate()
    return ForecastSnapshot.objects.create(
        client=audience.client, audience=audience, as_of=today, since=today, until=today, method=method, value=1
    )


def _finding(audience: Audience, mark: str) -> Any:
    return make_finding(audience=audience, figures={"groups": {"region": mark}})
