"""What to do about a finding, by its code."""

from typing import Any

from django.utils.translation import gettext_lazy as _

ACTIONS: dict[str, Any] = {
    "look_at_segment": _(
        "Read why the deals lost there since then were lost, and ask those who work there what changed. Move "
        "effort only once a cause is named."
    ),
    "look_at_whole": _(
        "Look at which groups changed: the decomposition says whether deals are won less often or other deals came."
    ),
    "look_at_mix": _(
        "Deals of the same kind are won as often as before; other deals came. Look at where deals come from, "
        "not at how they are sold."
    ),
    "learn_from_segment": _(
        "Ask those who work there what they do differently, and try it with one more team before it is made a rule."
    ),
    "review_source": _(
        "Compare what this source promises with what its leads need; qualify its leads earlier, or move budget from it."
    ),
    "review_fit": _(
        "Read the reasons for loss of these deals: fit, price or competition. Decide whether to qualify them "
        "out or to change the offer."
    ),
    "coach_agent": _(
        "Listen to three lost calls together and agree on one thing to practise. The figure is no basis for a"
        " decision about a person."
    ),
    "use_driver": _(
        "Look for what is behind it before acting: a driver goes together with winning, it need not cause it."
        " Try it on a few deals."
    ),
    "watch_driver": _("Qualify such deals earlier or give them more help, and see whether it changes the figure."),
    "train_practice": _(
        "Put it into the script of one team and compare. It goes together with won calls; only a trial tells "
        "whether it wins them."
    ),
    "check_unusual": _("Open the calls or deals of that day: a mistake in the data, an event, or news?"),
    "listen_unusual": _("Listen to these calls first: they differ most from the others."),
    "close_gap": _(
        "Go through the open deals with the largest expected value, and see which can close in the period; "
        "what is missing must come from deals that are there."
    ),
    "save_deal": _(
        "Call the customer, agree on the next step and a date, and set the expected close to what was agreed."
    ),
    "do_follow_ups": _(
        "Do the overdue ones with the most money behind them today; give away or delete what will not be done."
    ),
    "look_at_stage": _(
        "Look at the deals that stopped in this stage: what did they wait for, and what is asked of them there?"
    ),
    "mend_data": _("Complete the rows concerned in the CRM, and make the field required there."),
    "look_at_figure": _("Open the figure, split it by team and by week, and see where it comes from."),
}
