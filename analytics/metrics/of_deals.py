"""Metrics of deals. Pure."""

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from analytics.metrics.kinds import Better, Interval, Kind, Metric, Unit
from analytics.metrics.of_calls import MEANS, SHARES
from analytics.metrics.sums import Sums
from analytics.questions import Number

BY_CREATION = _("The day a deal was created")
BY_CLOSING = _("The day a deal was won or lost")
AT_THE_END = _("The last day of the period or step: what was open then")
_VALUE = _("In the client's currency. Deals without a value (no amount, or no exchange rate) add nothing; a note counts them.")  # fmt: skip # noqa: E501
_NO_CREATION = _("Deals without a day of creation count only where no period is asked for; a note counts them.")
_NO_CLOSING = _("Closed deals without a closing day count only where no period is asked for; a note counts them.")
_OPEN = _("A deal was open on a day if it was created by then (or has no day of creation) and not closed by then. Stage and value are those of now.")  # fmt: skip # noqa: E501


def _velocity(sums: Mapping[str, Sums]) -> Number | None:
    """Money a day: open deals × share won × mean value of a won deal / mean days to win."""
    opened, closed, won = sums["deals_open.all"].n, sums["deals_closed.all"].n, sums["deals_closed.won"].n
    value, cycle = sums["deals_closed.won_value"], sums["deals_closed.cycle"]
    if not (closed and value.n and cycle.n and cycle.total):
        return None
    size = Decimal(value.total) / value.n
    return size * opened * won * cycle.n / (closed * Decimal(str(cycle.total)))


def _coverage(sums: Mapping[str, Sums]) -> Number | None:
    """None without a target, and where the target is reached already."""
    missing = Decimal(sums["targets.revenue"].total) - Decimal(sums["deals_closed.won_value"].total)
    if not sums["targets.revenue"].n or missing <= 0:
        return None
    return float(Decimal(sums["deals_open.value"].total) / missing)


OF_DEALS = (
    Metric(
        key="deals_created", name=_("New deals"), says=_("How many deals began"), formula=_("number of deals"),
        unit=Unit.COUNT, kind=Kind.COUNT, numerator="deals_created.all", better=Better.HIGHER,
        counted_by=BY_CREATION, edge_cases=(_NO_CREATION,),
    ),
    Metric(
        key="deals_won", name=_("Deals won"), says=_("How many deals were won"), formula=_("number of won deals"),
        unit=Unit.COUNT, kind=Kind.COUNT, numerator="deals_closed.won", better=Better.HIGHER, counted_by=BY_CLOSING,
        edge_cases=(_NO_CLOSING,),
    ),
    Metric(
        key="deals_lost", name=_("Deals lost"), says=_("How many deals were lost"), formula=_("number of lost deals"),
        unit=Unit.COUNT, kind=Kind.COUNT, numerator="deals_closed.lost", better=Better.LOWER, counted_by=BY_CLOSING,
        edge_cases=(_NO_CLOSING,),
    ),
    Metric(
        key="deals_closed", name=_("Deals closed"), says=_("How many deals were decided"),
        formula=_("number of won and lost deals"), unit=Unit.COUNT, kind=Kind.COUNT, numerator="deals_closed.all",
        counted_by=BY_CLOSING, edge_cases=(_NO_CLOSING,),
    ),
    Metric(
        key="open_deals", name=_("Open deals"), says=_("How many deals are being worked on"),
        formula=_("number of deals open at the end"), unit=Unit.COUNT, kind=Kind.COUNT, numerator="deals_open.all",
        counted_by=AT_THE_END, edge_cases=(_OPEN,),
    ),
    Metric(
        key="win_rate", name=_("Win rate"), says=_("How often a deal was won"),
        formula=_("won deals / (won + lost deals)"), unit=Unit.SHARE, kind=Kind.SHARE, numerator="deals_closed.won",
        denominator="deals_closed.all", minimum=SHARES, interval=Interval.WILSON, better=Better.HIGHER,
        counted_by=BY_CLOSING, edge_cases=(_("Open deals do not count."), _NO_CLOSING),
    ),
    Metric(
        key="win_loss_ratio", name=_("Won to lost"), says=_("How many deals were won for one that was lost"),
        formula=_("won deals / lost deals"), unit=Unit.RATIO, kind=Kind.RATIO, numerator="deals_closed.won",
        denominator="deals_closed.lost", counts="deals_closed.all", also=("deals_closed.all",), minimum=SHARES,
        interval=Interval.LOG_RATIO, better=Better.HIGHER, counted_by=BY_CLOSING,
        edge_cases=(_("Nothing where no deal was lost; no interval where none was won."), _NO_CLOSING),
    ),
    Metric(
        key="revenue", name=_("Revenue"), says=_("What the won deals are worth"),
        formula=_("sum of values of won deals"), unit=Unit.MONEY, kind=Kind.SUM, numerator="deals_closed.won_value",
        better=Better.HIGHER, counted_by=BY_CLOSING, edge_cases=(_VALUE, _NO_CLOSING),
    ),
    Metric(
        key="lost_value", name=_("Value lost"), says=_("What the lost deals would have been worth"),
        formula=_("sum of values of lost deals"), unit=Unit.MONEY, kind=Kind.SUM,
        numerator="deals_closed.lost_value", better=Better.LOWER, counted_by=BY_CLOSING,
        edge_cases=(_VALUE, _("Some CRMs set the value of a lost deal to 0; then this is 0 as well."), _NO_CLOSING),
    ),
    Metric(
        key="average_deal_size", name=_("Average deal size"), says=_("What a won deal is worth"),
        formula=_("sum of values of won deals / won deals with a value"), unit=Unit.MONEY, kind=Kind.MEAN,
        numerator="deals_closed.won_value", minimum=MEANS, interval=Interval.STUDENT, better=Better.HIGHER,
        counted_by=BY_CLOSING, edge_cases=(_VALUE, _NO_CLOSING),
    ),
    Metric(
        key="sales_cycle_days", name=_("Sales cycle"), says=_("How long it takes to win a deal"),
        formula=_("sum of days from creation to winning / won deals with both days"), unit=Unit.DAYS,
        kind=Kind.MEAN, numerator="deals_closed.cycle", minimum=MEANS, interval=Interval.STUDENT,
        better=Better.LOWER, counted_by=BY_CLOSING,
        edge_cases=(_("Won deals only: lost ones often lie until somebody tidies up."), _NO_CLOSING),
    ),
    Metric(
        key="pipeline_value", name=_("Pipeline value"), says=_("What the open deals are worth"),
        formula=_("sum of values of deals open at the end"), unit=Unit.MONEY, kind=Kind.SUM,
        numerator="deals_open.value", better=Better.HIGHER, counted_by=AT_THE_END, edge_cases=(_OPEN, _VALUE),
    ),
    Metric(
        key="pipeline_velocity", name=_("Pipeline velocity"), says=_("How much revenue the pipeline yields a day"),
        formula=_("open deals at the end × win rate × average deal size / sales cycle in days"),
        unit=Unit.MONEY_PER_DAY, kind=Kind.RATIO, numerator="deals_open.all", compute=_velocity,
        also=("deals_closed.all", "deals_closed.won", "deals_closed.won_value", "deals_closed.cycle"),
        counts="deals_closed.all", minimum=SHARES, better=Better.HIGHER, counted_by=AT_THE_END,
        edge_cases=(_("Win rate, size and cycle are those of deals closed in the period. Nothing without a won deal. A product of four figures: no interval is given."),),  # noqa: E501
    ),
    Metric(
        key="weighted_pipeline", name=_("Weighted pipeline"), says=_("What the open deals may bring"),
        formula=_("sum of value × share won of its stage, over deals open at the end"), unit=Unit.MONEY,
        kind=Kind.SUM, numerator="deals_open.weighted", better=Better.HIGHER, counted_by=AT_THE_END,
        edge_cases=(
            _("The share won of a stage is that of all closed deals that passed it; below 30 of them, that of all closed deals; without any closed deal, 0."),  # noqa: E501
            _OPEN, _VALUE,
        ),
    ),
    Metric(
        key="pipeline_coverage", name=_("Pipeline coverage"),
        says=_("How often the pipeline holds what is missing to the target"),
        formula=_("pipeline value at the end / (target − revenue of the period)"), unit=Unit.RATIO,
        kind=Kind.RATIO, numerator="deals_open.value", also=("targets.revenue", "deals_closed.won_value"),
        compute=_coverage, counts="deals_open.value", better=Better.HIGHER, counted_by=AT_THE_END,
        edge_cases=(_("Nothing without a target, and once the target is reached."), _OPEN, _VALUE),
    ),
    Metric(
        key="target_attainment", name=_("Target attainment"), says=_("How much of the revenue target was reached"),
        formula=_("revenue / target of the same days"), unit=Unit.SHARE, kind=Kind.RATIO,
        numerator="deals_closed.won_value", denominator="targets.revenue", counts="deals_closed.won_value",
        better=Better.HIGHER, counted_by=BY_CLOSING,
        edge_cases=(
            _("A target counts for the days it shares with the period, evenly; where two cover a day, the shorter one counts."),  # noqa: E501
            _("The target of everybody is the one set for everybody, else the sum of the teams', else of the agents'."),
            _("May pass 1. Nothing without a target."),
        ),
    ),
    Metric(
        key="revenue_per_agent", name=_("Revenue per agent"), says=_("What an agent brings in"),
        formula=_("revenue / agents who closed a deal"), unit=Unit.MONEY, kind=Kind.RATIO,
        numerator="deals_closed.won_value", denominator="deals_closed.owners", better=Better.HIGHER,
        counted_by=BY_CLOSING, edge_cases=(_("Deals of nobody add to the revenue, not to the agents."), _VALUE),
    ),
)  # fmt: skip
