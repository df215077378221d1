"""Metrics of calls. Pure."""

from django.utils.translation import gettext_lazy as _

from analytics.metrics.kinds import Better, Interval, Kind, Metric, Unit

BY_START = _("The day a call began, in the client's time zone")
_COUNTED = _("Counts calls that are published and calls logged without a recording; others are not calls yet, or may not be processed.")  # fmt: skip # noqa: E501
_REACHED = _("Calls without a known outcome and calls nobody answered are in neither number.")
SHARES, MEANS = 30, 10
"""Fewest rows by which shares and means are ranked. At 30 the widest Wilson interval spans 0.34."""

OF_CALLS = (
    Metric(
        key="calls", name=_("Calls"), says=_("How many calls there were"), formula=_("number of calls"),
        unit=Unit.COUNT, kind=Kind.COUNT, numerator="calls.all", better=Better.HIGHER, counted_by=BY_START,
        edge_cases=(_COUNTED,),
    ),
    Metric(
        key="call_minutes", name=_("Minutes on calls"), says=_("How long people talked altogether"),
        formula=_("sum of durations / 60"), unit=Unit.MINUTES, kind=Kind.SUM, numerator="calls.seconds",
        scale=1 / 60, counted_by=BY_START, edge_cases=(_("Calls of unknown duration add nothing."),),
    ),
    Metric(
        key="average_duration", name=_("Average duration"), says=_("How long a call takes"),
        formula=_("sum of durations / calls of known duration"), unit=Unit.SECONDS, kind=Kind.MEAN,
        numerator="calls.seconds", minimum=MEANS, interval=Interval.STUDENT, counted_by=BY_START,
        edge_cases=(_("Calls of unknown duration do not count."),),
    ),
    Metric(
        key="answer_rate", name=_("Answer rate"), says=_("How often somebody answered"),
        formula=_("calls with an outcome other than “no answer” / calls with a known outcome"), unit=Unit.SHARE,
        kind=Kind.SHARE, numerator="calls.reached", denominator="calls.known_outcome", minimum=SHARES,
        interval=Interval.WILSON, better=Better.HIGHER, counted_by=BY_START,
        edge_cases=(_("Calls without a known outcome are in neither number."),),
    ),
    Metric(
        key="conversion_rate", name=_("Conversion rate"), says=_("How often a conversation converted"),
        formula=_("converted calls / calls with a known outcome other than “no answer”"), unit=Unit.SHARE,
        kind=Kind.SHARE, numerator="calls.converted", denominator="calls.reached", minimum=SHARES,
        interval=Interval.WILSON, better=Better.HIGHER, counted_by=BY_START, edge_cases=(_REACHED,),
    ),
    Metric(
        key="qualification_rate", name=_("Qualification rate"),
        says=_("How often a conversation ended qualified or better"),
        formula=_("qualified or converted calls / calls with a known outcome other than “no answer”"),
        unit=Unit.SHARE, kind=Kind.SHARE, numerator="calls.qualified", denominator="calls.reached",
        minimum=SHARES, interval=Interval.WILSON, better=Better.HIGHER, counted_by=BY_START, edge_cases=(_REACHED,),
    ),
    Metric(
        key="quality_score", name=_("Quality score"), says=_("How good calls were by the client's scorecard"),
        formula=_("sum of quality scores / calls with a score"), unit=Unit.SCORE, kind=Kind.MEAN,
        numerator="calls.quality", minimum=MEANS, interval=Interval.STUDENT, better=Better.HIGHER,
        counted_by=BY_START, edge_cases=(_("0 to 100. Calls that could not be scored do not count."),),
    ),
    Metric(
        key="conversion_probability", name=_("Estimated conversion"),
        says=_("How likely calls are to convert, as estimated from what was said"),
        formula=_("sum of estimated probabilities / calls with an estimate"), unit=Unit.SHARE, kind=Kind.MEAN,
        numerator="calls.probability", minimum=MEANS, interval=Interval.STUDENT, better=Better.HIGHER,
        counted_by=BY_START,
        edge_cases=(_("The interval is that of the mean estimate; it does not say how good the estimates are."),),
    ),
    Metric(
        key="csat", name=_("Customer satisfaction"), says=_("How customers rated calls"),
        formula=_("sum of ratings / calls with a rating"), unit=Unit.RATING, kind=Kind.MEAN,
        numerator="calls.csat", minimum=MEANS, interval=Interval.STUDENT, better=Better.HIGHER,
        counted_by=BY_START,
        edge_cases=(_("1 to 5, as the customer said. Who rates is not a random sample of who called."),),
    ),
    Metric(
        key="follow_up_rate", name=_("Follow-up rate"), says=_("How often something is still to be done after a call"),
        formula=_("calls in which something was promised or that ended in “call back” / calls analysed or of known outcome"),  # noqa: E501
        unit=Unit.SHARE, kind=Kind.SHARE, numerator="calls.follow_up", denominator="calls.understood",
        minimum=SHARES, interval=Interval.WILSON, counted_by=BY_START,
        edge_cases=(_("Promises count whether they were kept meanwhile or not."),),
    ),
    Metric(
        key="talk_ratio", name=_("Agent's share of talk"), says=_("How much of the speech is the agent's"),
        formula=_("sum of the agent's shares of speech / calls with talk measures"), unit=Unit.SHARE,
        kind=Kind.MEAN, numerator="calls.talk_ratio", minimum=MEANS, interval=Interval.STUDENT, counted_by=BY_START,
        edge_cases=(_("Each call weighs the same, long or short. Calls whose speakers were not told apart do not count."),),  # noqa: E501
    ),
    Metric(
        key="objection_handling_rate", name=_("Objections handled"), says=_("How often an objection was handled"),
        formula=_("objections handled / objections heard"), unit=Unit.SHARE, kind=Kind.SHARE,
        numerator="objections.handled", denominator="objections.all", minimum=SHARES, interval=Interval.WILSON,
        better=Better.HIGHER, counted_by=BY_START,
        edge_cases=(_("n counts objections, not calls. Those of one call are alike, so that the interval is a little too narrow."),),  # noqa: E501
    ),
    Metric(
        key="script_adherence", name=_("Script adherence"), says=_("How closely calls followed their script"),
        formula=_("sum of adherences / calls held against a script"), unit=Unit.SCORE, kind=Kind.MEAN,
        numerator="calls.adherence", minimum=MEANS, interval=Interval.STUDENT, better=Better.HIGHER,
        counted_by=BY_START, edge_cases=(_("0 to 100. Calls without a script do not count."),),
    ),
)  # fmt: skip
