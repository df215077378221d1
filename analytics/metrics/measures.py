"""What is summed up over rows. Each measure is computed in two places, which must agree: base rows, rollups. Pure."""

from analytics.metrics.kinds import Measure, Rows

_C, _CLOSED, _OPEN = Rows.CALLS, Rows.DEALS_CLOSED, Rows.DEALS_OPEN

_ALL = (
    # A call counts when it is published, or logged without a recording.
    Measure(key="calls.all", rows=_C, says="calls"),
    Measure(key="calls.seconds", rows=_C, says="calls of known duration", value="duration in seconds"),
    Measure(key="calls.known_outcome", rows=_C, says="calls whose outcome is known"),
    Measure(key="calls.reached", rows=_C, says="calls whose outcome is known and is not “no answer”"),
    Measure(key="calls.converted", rows=_C, says="calls that converted"),
    Measure(key="calls.qualified", rows=_C, says="calls that ended qualified or converted"),
    Measure(key="calls.quality", rows=_C, says="calls with a quality score", value="quality score, 0 to 100"),
    Measure(key="calls.probability", rows=_C, says="calls with an estimate", value="conversion probability, 0 to 1"),
    Measure(key="calls.csat", rows=_C, says="calls rated by the customer", value="rating, 1 to 5"),
    Measure(key="calls.understood", rows=_C, says="calls that were analysed or whose outcome is known"),
    Measure(key="calls.follow_up", rows=_C, says="of those, with a promise or ended in “call back”"),
    Measure(key="calls.talk_ratio", rows=_C, says="calls with talk measures", value="the agent's share of speech"),
    Measure(key="calls.adherence", rows=_C, says="calls held against a script", value="adherence, 0 to 100"),
    Measure(key="objections.all", rows=Rows.OBJECTIONS, says="objections heard in calls"),
    Measure(key="objections.handled", rows=Rows.OBJECTIONS, says="objections that were handled"),
    Measure(key="deals_created.all", rows=Rows.DEALS_CREATED, says="deals created"),
    Measure(key="deals_closed.all", rows=_CLOSED, says="deals won or lost"),
    Measure(key="deals_closed.won", rows=_CLOSED, says="deals won"),
    Measure(key="deals_closed.lost", rows=_CLOSED, says="deals lost"),
    Measure(key="deals_closed.won_value", rows=_CLOSED, says="won deals with a value", value="value", money=True),
    Measure(key="deals_closed.lost_value", rows=_CLOSED, says="lost deals with a value", value="value", money=True),
    Measure(key="deals_closed.cycle", rows=_CLOSED, says="won deals with both days", value="days from created to won"),
    Measure(key="deals_closed.owners", rows=_CLOSED, says="different agents who closed a deal"),
    Measure(key="deals_open.all", rows=_OPEN, says="deals open at the end"),
    Measure(key="deals_open.value", rows=_OPEN, says="open deals with a value", value="value", money=True),
    Measure(
        key="deals_open.weighted", rows=_OPEN, says="open deals with a value",
        value="value times the share won of deals of its stage", money=True,
    ),
    Measure(key="leads.all", rows=Rows.LEADS, says="leads created"),
    Measure(key="leads.converted", rows=Rows.LEADS, says="leads that became a deal"),
    Measure(key="leads.won", rows=Rows.LEADS, says="leads with a won deal"),
    Measure(key="activities.all", rows=Rows.ACTIVITIES, says="activities"),
    Measure(key="activities.call", rows=Rows.ACTIVITIES, says="calls logged in the CRM"),
    Measure(key="activities.email", rows=Rows.ACTIVITIES, says="e-mails"),
    Measure(key="activities.meeting", rows=Rows.ACTIVITIES, says="meetings"),
    Measure(key="activities.demo", rows=Rows.ACTIVITIES, says="demonstrations"),
    Measure(key="activities.proposal", rows=Rows.ACTIVITIES, says="proposals"),
    Measure(key="tasks_created.all", rows=Rows.TASKS_CREATED, says="tasks created"),
    Measure(key="tasks_created.done", rows=Rows.TASKS_CREATED, says="of those, done by now"),
    Measure(key="tasks_done.all", rows=Rows.TASKS_DONE, says="tasks done"),
    Measure(key="tasks_due.late", rows=Rows.TASKS_DUE, says="tasks not done on their due day, which is past"),
    Measure(key="purchases.all", rows=Rows.PURCHASES, says="purchases"),
    Measure(key="purchases.value", rows=Rows.PURCHASES, says="purchases with a value", value="value", money=True),
    Measure(key="ad_costs.value", rows=Rows.AD_COSTS, says="costs with a value", value="cost of its days", money=True),
    Measure(key="targets.revenue", rows=Rows.TARGETS, says="targets of revenue", value="that of its days", money=True),
    Measure(key="customers.all", rows=Rows.CUSTOMERS, says="different customers with a call, deal or purchase"),
    Measure(key="new_customers.all", rows=Rows.NEW_CUSTOMERS, says="customers who bought for the first time"),
)  # fmt: skip
MEASURES: dict[str, Measure] = {measure.key: measure for measure in _ALL}
