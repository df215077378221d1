"""Whether an evaluation shows that something got worse. Pure."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _


def regressions_in(summary: Mapping[str, Any], *, max_lost: int = 0, min_pass_rate: float = 0.0) -> list[str]:
    """A sentence for each version × model that is worse than the baseline: more than `max_lost` cases that the
    baseline passed are failed, or a measure fell by more than chance explains (p < 0.05 after Holm); and for each,
    the baseline apart, that passes less than `min_pass_rate` of its cases. Empty where nothing got worse.
    """
    found = []
    for each in summary["comparisons"]:
        named = {"version": each["number"], "model": each["model_name"], "baseline": each["baseline_number"]}
        if len(each["lost"]) > max_lost:
            found.append(
                _("Version %(version)d (%(model)s) fails %(lost)d cases that version %(baseline)d passed.")
                % {**named, "lost": len(each["lost"])}
            )
        if each["verdict"] == "worse":
            found.append(
                _("Version %(version)d (%(model)s) is worse than version %(baseline)d by more than chance.") % named
            )
    baselines = {each["baseline"] for each in summary["comparisons"]}
    for arm in summary["arms"]:
        rate = arm["pass_rate"]["value"]
        if arm["version"] not in baselines and rate is not None and rate < min_pass_rate:
            found.append(
                _("Version %(version)d (%(model)s) passes %(rate).2f of its cases, less than %(least).2f.")
                % {"version": arm["number"], "model": arm["model_name"], "rate": rate, "least": min_pass_rate}
            )
    return found
