"""All analytics pages, in the order of their tabs. A page is added by its line here."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from salesiq.people.roles import Capability

Label = str | Promise


class Group(StrEnum):
    PERFORMANCE = "performance"
    CRM = "crm"
    MANAGEMENT = "management"
    DECISIONS = "decisions"
    # Beside the list of calls, with tabs of its own.
    RECORDINGS = "recordings"


GROUPS: Mapping[Group, Label] = {
    Group.PERFORMANCE: _("Performance"),
    Group.CRM: _("CRM"),
    Group.MANAGEMENT: _("Management"),
    Group.DECISIONS: _("Decisions"),
}
# Groups that are not of everybody who sees figures.
NEEDS: Mapping[Group, Capability] = {Group.DECISIONS: Capability.VIEW_DECISIONS}


@dataclass(frozen=True, slots=True)
class Page:
    """`name` is that of its address after "analytics-"; `view` is the dotted name of its view.

    Without a group it has no tab: one comes to it from a figure, and its address names what it is about.
    """

    name: str
    label: Label
    path: str
    view: str
    group: Group | None

    @property
    def url_name(self) -> str:
        return f"analytics-{self.name}"


_HERE, _DECISIONS = "analytics.pages", "decisions.pages"
PAGES: tuple[Page, ...] = (
    Page("overview", _("Overview"), "analytics", f"{_HERE}.overview.overview", Group.PERFORMANCE),
    Page(
        "leaderboard", _("Leaderboard"), "analytics/leaderboard", f"{_HERE}.leaderboard.leaderboard", Group.PERFORMANCE
    ),
    Page("volume", _("Volume"), "analytics/volume", f"{_HERE}.volume.volume", Group.PERFORMANCE),
    Page("quality", _("Quality"), "analytics/quality", f"{_HERE}.quality.quality", Group.PERFORMANCE),
    Page("funnel", _("Funnel"), "analytics/funnel", f"{_HERE}.funnels.funnel", Group.PERFORMANCE),
    Page("geography", _("Geography"), "analytics/geography", f"{_HERE}.geography.geography", Group.PERFORMANCE),
    Page("trends", _("Trends"), "analytics/trends", f"{_HERE}.trends.trends", Group.PERFORMANCE),
    Page("deals", _("Deals"), "analytics/deals", f"{_HERE}.deals.deals", Group.CRM),
    Page("calls", _("Calls"), "analytics/calls", f"{_HERE}.calls_page.calls", Group.CRM),
    Page("sources", _("Sources"), "analytics/sources", f"{_HERE}.sources.sources", Group.CRM),
    Page("leads", _("Leads"), "analytics/leads", f"{_HERE}.leads.leads", Group.CRM),
    Page("customers", _("Customers"), "analytics/customers", f"{_HERE}.customers.customers", Group.CRM),
    Page("tasks", _("Tasks"), "analytics/tasks", f"{_HERE}.tasks.tasks", Group.CRM),
    Page("teams", _("Teams"), "analytics/teams", f"{_HERE}.teams.teams", Group.CRM),
    Page(
        "dashboard", _("Dashboard"), "sales-recording-audit/dashboard", f"{_HERE}.dashboard.dashboard", Group.RECORDINGS
    ),
    Page("team", _("Team"), "analytics/team", f"{_HERE}.team.team", Group.MANAGEMENT),
    Page("roi", _("Before and after"), "analytics/roi", f"{_HERE}.roi.roi", Group.MANAGEMENT),
    Page("decisions", _("Decisions"), "analytics/decisions", f"{_DECISIONS}.today.today", Group.DECISIONS),
    Page("win-rate", _("Win rate"), "analytics/win-rate", f"{_DECISIONS}.win_rate.win_rate", Group.DECISIONS),
    Page("drivers", _("Drivers"), "analytics/drivers", f"{_DECISIONS}.drivers.drivers", Group.DECISIONS),
    Page("forecast", _("Forecast"), "analytics/forecast", f"{_DECISIONS}.forecast.forecast", Group.DECISIONS),
    Page("patterns", _("Patterns"), "analytics/patterns", f"{_DECISIONS}.patterns.patterns", Group.DECISIONS),
    Page("anomalies", _("Unusual"), "analytics/anomalies", f"{_DECISIONS}.anomalies.anomalies", Group.DECISIONS),
    Page("findings", _("Findings"), "analytics/findings", f"{_DECISIONS}.findings.findings", Group.DECISIONS),
    Page("rules", _("Alert rules"), "analytics/rules", f"{_DECISIONS}.rules.rules", Group.DECISIONS),
    Page("models", _("Models"), "analytics/models", f"{_DECISIONS}.model_cards.models", Group.DECISIONS),
    Page("agent", _("Scorecard"), "analytics/agents/<uuid:agent_id>", f"{_HERE}.agent.agent", None),
    Page("rows", _("Rows"), "analytics/rows/<str:kind>", f"{_HERE}.rows.rows", None),
)


def page_named(name: str) -> Page:
    return next(page for page in PAGES if page.name == name)


def is_page(url_name: str) -> bool:
    """Whether a view of the page can be kept: one that has filters."""
    return any(page.url_name == url_name for page in PAGES if page.group and page.group != Group.DECISIONS)
