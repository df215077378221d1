"""Slow, obvious sums of calls, to hold the quick ones against."""

from collections import defaultdict
from zoneinfo import ZoneInfo

from analytics.models import AgentSums, ClientSums
from analytics.rollups.sums import MEASURES
from recordings.models import SalesCall

MEANS = ("duration", "quality", "probability", "csat", "talk", "adherence")


def rows_of(client):
    """{(table, agent, grain, start, dimension, value): sums} as both tables should hold them."""
    zone, found = ZoneInfo(client.time_zone), defaultdict(lambda: dict.fromkeys(MEASURES, 0))
    for call in SalesCall.objects.filter(client=client, status__in=["published", "logged"]):
        local = call.started_at.astimezone(zone)
        day, month = local.date(), local.date().replace(day=1)
        values = {name: getattr(call, name) for name in ("call_type", "outcome", "region", "source", "language")}
        values["weekday_hour"] = f"{local.isoweekday()}-{local.hour}"
        places = [("agents", call.agent_id, "day", day, "", "")]
        for dimension, value in {"": "", **values}.items():
            if dimension != "weekday_hour":
                places.append(("agents", call.agent_id, "month", month, dimension, value))
            places.append(("clients", None, "day", day, dimension, value))
            places.append(("clients", None, "month", month, dimension, value))
        measures = measures_of(call)
        for place in places:
            for name, amount in measures.items():
                found[place][name] += amount
    return dict(found)


def measures_of(call):
    analysis = getattr(call, "analysis", None)
    talk = analysis.talk.get("roles", {}).get("agent", {}).get("ratio") if analysis else None
    means = {
        "duration": call.call_duration,
        "quality": None if call.quality_score is None else float(call.quality_score),
        "probability": call.conversion_probability,
        "csat": call.csat,
        "talk": talk,
        "adherence": analysis.script.get("adherence") if analysis else None,
    }
    known, published = call.outcome != "", call.status == "published"
    understood = known or published
    outcomes = ("converted", "qualified", "not_qualified", "no_answer", "callback")
    sums = {
        "calls": 1,
        "published": published,
        "known": known,
        **{name: call.outcome == name for name in outcomes},
        "understood": understood,
        "follow_up": understood and (call.outcome == "callback" or call.follow_ups.exists()),
        "objections": call.objections.count(),
        "objections_handled": call.objections.filter(handled=True).count(),
    }
    for name, value in means.items():
        sums |= {f"{name}_n": value is not None, f"{name}_sum": value or 0, f"{name}_squares": (value or 0) ** 2}
    return sums


def stored(client):
    found = {}
    for table, model in (("agents", AgentSums), ("clients", ClientSums)):
        for row in model.objects.filter(client=client):
            agent = row.agent_id if table == "agents" else None
            place = (table, agent, row.grain, row.start, row.dimension, row.value)
            assert place not in found, "a row twice"
            found[place] = {name: getattr(row, name) for name in MEASURES}
    return found
