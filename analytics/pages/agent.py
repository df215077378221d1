"""The scorecard of one agent: results against target, pipeline, activities, and where they stand, as far as is sure."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from analytics.asking.steps import start_of
from analytics.asking.targets import targets_of
from analytics.charts import Entry, Table
from analytics.metrics import METRICS, Unit
from analytics.pages.alerts import alerts as alert_lists
from analytics.pages.behind import address_behind
from analytics.pages.composing import course
from analytics.pages.figures import cards_of
from analytics.pages.frame import analytics_page
from analytics.pages.look import Look
from analytics.questions import Figure, Grain
from analytics.standing import Standing, Verdict, stand
from integrations.crm.models import IndustryStandard
from salesiq.people.models import Agent
from salesiq.people.roles import Role

RESULTS = ("revenue", "target_attainment", "deals_won", "deals_closed", "win_rate", "average_deal_size")
PIPELINE = ("open_deals", "pipeline_value", "pipeline_coverage", "deals_created")
STANDINGS = ("win_rate", "average_deal_size", "sales_cycle_days", "conversion_rate", "qualification_rate",
             "answer_rate", "quality_score", "lead_conversion_rate")  # fmt: skip
ACTIVITIES = ("emails", "meetings", "proposals", "demos")
NOTHING: frozenset[str] = frozenset()


def _agent(look: Look) -> Agent:
    found = Agent.objects.visible_to(look.user).filter(pk=look.arguments["agent_id"], client=look.client)
    agent = found.select_related("team").first()
    if agent is None:
        raise Http404
    return agent


def _of(look: Look, agent: Agent) -> Look:
    return replace(look, filters=replace(look.filters, agents=(agent.pk,)))


def pipeline(look: Look) -> dict[str, Any]:
    look = _of(look, _agent(look))
    return {"cards": cards_of(look, look.ask(*PIPELINE)), "heading": _("Pipeline")}


def activities(look: Look) -> dict[str, Any]:
    """Each kind of activity against its target, where one is set."""
    return {"table": _against_targets(look, ACTIVITIES), "table_title": _("Activities"), "table_id": "activities"}


def calls(look: Look) -> dict[str, Any]:
    return {"table": _against_targets(look, ("calls",)), "table_title": _("Calls"), "table_id": "calls"}


def _against_targets(look: Look, metrics: tuple[str, ...]) -> Table:
    look = _of(look, _agent(look))
    numbers = look.numbers
    rows = []
    for cell in look.ask(*metrics).cells:
        target = targets_of(cell.metric, user=look.user, filters=look.filters).get(("", None))
        done = Decimal(str(cell.figure.value or 0))
        reached = numbers.value(Unit.SHARE, float(done / target)) if target else ""
        rows.append(
            (
                Entry(str(METRICS[cell.metric].name)),
                Entry(numbers.count(done), address_behind(look, cell.metric)),
                Entry(numbers.count(target) if target else "–"),
                Entry(reached or "–"),
            )
        )
    return Table((_("Activity"), _("Done"), _("Target"), _("Reached")), tuple(rows))


def standing(look: Look) -> dict[str, Any]:
    """Against the others of the team, for those who may see them; and against what is usual elsewhere."""
    agent = _agent(look)
    own = _of(look, agent)
    sees_others = look.user.role != Role.AGENT or look.user.is_superuser
    around = replace(look, filters=replace(look.filters, teams=(agent.team_id,) if agent.team_id else ()))
    answer = (around if sees_others else own).ask(*STANDINGS, by="agent", limit=1000, noted=False)
    figures: dict[str, dict[str, Figure]] = {}
    for cell in answer.cells:
        figures.setdefault(cell.metric, {})[cell.key] = cell.figure
    found = stand([METRICS[key] for key in STANDINGS], figures, str(agent.pk))
    standards = {each.metric: each for each in IndustryStandard.objects.visible_to(look.user)
                 .filter(client=look.client, metric__in=STANDINGS).order_by("year")}  # fmt: skip
    context: dict[str, Any] = {
        "table": _table(own, found, standards, sees_others=sees_others),
        "table_title": _("Against the team") if sees_others else _("Conversion and quality"),
        "table_id": "standing",
        "sees_others": sees_others,
    }
    for verdict in (Verdict.STRENGTH, Verdict.FOCUS):
        context[verdict.value] = [_words(own, each) for each in found if each.verdict == verdict]
    return context


def _words(look: Look, each: Standing) -> str:
    numbers, unit = look.numbers, each.metric.unit
    return _("%(metric)s: %(own)s, the others %(others)s") % {
        "metric": each.metric.name,
        "own": numbers.figure(unit, each.own),
        "others": numbers.value(unit, each.others.value),
    }


def _table(look: Look, found: list[Standing], standards: dict[str, IndustryStandard], *, sees_others: bool) -> Table:
    numbers = look.numbers
    rows = []
    for each in found:
        unit, standard = each.metric.unit, standards.get(each.metric.key)
        row = [
            Entry(str(each.metric.name)),
            Entry(numbers.figure(unit, each.own), address_behind(look, each.metric.key), not each.own.enough),
        ]
        if sees_others:
            row += [
                Entry(numbers.figure(unit, each.others), "", not each.others.enough),
                Entry(numbers.value(unit, each.top_quartile)),
            ]
        elsewhere = ""
        if standard:
            year = f", {standard.year}" if standard.year else ""
            elsewhere = f"{numbers.value(unit, standard.value)} ({standard.published_by}{year})"
        rows.append((*row, Entry(elsewhere or "–")))
    others = (_("The others"), _("Best quarter from")) if sees_others else ()
    return Table((_("Figure"), _("Own"), *others, _("Elsewhere")), tuple(rows), texts=(2 + len(others),))


def history(look: Look) -> dict[str, Any]:
    """The last twelve whole months and the one under way."""
    look = _of(look, _agent(look))
    since = start_of(look.today - timedelta(days=366), Grain.MONTH)
    filters = replace(look.filters, since=since, until=look.today)
    deals = look.ask("revenue", "win_rate", grain=Grain.MONTH, filters=filters, noted=False)
    calls = look.ask("calls", "conversion_rate", grain=Grain.MONTH, filters=filters, noted=False)
    return {
        "charts": [
            course(look, deals, ("revenue",), title=_("Revenue by month")),
            course(look, deals, ("win_rate",), title=_("Win rate by month")),
            course(look, calls, ("calls",), title=_("Calls by month")),
            course(look, calls, ("conversion_rate",), title=_("Conversion of calls by month")),
        ]
    }


def alerts(look: Look) -> dict[str, Any]:
    return {"alerts": alert_lists(_of(look, _agent(look)))}


PARTS = {
    "standing": standing,
    "pipeline": pipeline,
    "calls": calls,
    "activities": activities,
    "history": history,
    "alerts": alerts,
}


@analytics_page("agent", shown=lambda agent_id: NOTHING, parts=PARTS)
def agent(look: Look) -> dict[str, Any]:
    found = _agent(look)
    own = _of(look, found)
    answer = own.ask(*RESULTS, compare=True)
    return {"agent": found, "title": found.name, "cards": cards_of(own, answer)}
