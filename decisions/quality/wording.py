"""Doubts about data in words. `n`, `of` and the note's figures fill the places: `field` is a dimension or number;
`day`, `since` and `until` are days."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from analytics.metrics.kinds import Text
from decisions.quality.notes import QualityNote

SENTENCES: Mapping[str, Text] = {
    "nothing_closed": _("No deal was won or lost in these days, so nothing can be told."),
    "few_closed": _("Only %(n)s deals were won or lost. From %(of)s on a rate can be read."),
    "one_class": _("All %(n)s closed deals ended the same way, so nothing can tell won from lost ones. Check whether the other kind is recorded."),  # noqa: E501
    "small_groups": _("%(field)s: %(groups)s of %(of_groups)s groups closed fewer than 30 deals each. Their rates are wide."),  # noqa: E501
    "many_groups": _("%(field)s has %(groups)s groups, most of fewer than five deals. Single ones say nothing; put them into larger groups."),  # noqa: E501
    "field_empty": _("%(field)s: no deal says it."),
    "field_missing": _("%(field)s: %(n)s of %(of)s deals do not say it. They are a group of their own."),
    "field_constant": _("%(field)s: all deals say the same, so it explains nothing."),
    "value_missing": _("%(n)s of %(of)s won deals have no value. Revenue and velocity leave them out."),
    "duplicates": _("%(n)s deals are there twice: same owner, company, product, day and value. Remove the copies in the CRM."),  # noqa: E501
    "created_in_future": _("%(n)s deals begin after %(day)s. Correct their day of creation."),
    "closed_in_future": _("%(n)s deals are closed on a day after %(day)s. They are left out until then; correct the day."),  # noqa: E501
    "closed_before_created": _("%(n)s deals closed before they began. Their cycles are left out; correct the days."),
    "closed_undated": _("%(n)s closed deals do not say when. They count only where no period is asked for."),
    "created_undated": _("%(n)s of %(of)s closed deals do not say when they began. Cycles and velocity leave them out."),  # noqa: E501
    "closed_at_once": _("%(n)s of %(of)s deals were closed on %(day)s alone. That looks like tidying up: those deals may have ended long before."),  # noqa: E501
    "open_for_ever": _("%(n)s of %(of)s open deals are older than %(days)s days, when nearly all deals have closed. Close them: they swell the pipeline."),  # noqa: E501
    "incomplete_cycles": _("%(n)s of %(of)s deals that began since %(since)s were still open on %(until)s. The rate of the last weeks rests on those that end fast."),  # noqa: E501
    "record_begins": _("%(n)s of %(of)s deals closed before %(until)s, when only fast deals of this record could have ended. Read the first rates with care."),  # noqa: E501
    "no_new_deals": _("No deal began after %(day)s, so the %(n)s that closed since are slow ones only. Read the last rates with care."),  # noqa: E501
    "record_ends": _("Nothing began or closed after %(day)s. These figures are not of today: bring the CRM up to date."),  # noqa: E501
    "drift": _("%(field)s: the %(n)s deals of this period are spread otherwise than the %(of)s before them (index %(psi)s). A change of the rate may be one of the deals."),  # noqa: E501
    "stage_disagrees": _("%(n)s of %(of)s closed deals stand in a stage that does not count as their outcome. Their stages cannot be trusted."),  # noqa: E501
    "won_without_stages": _("%(n)s of %(of)s won deals passed no stage before they were won. Their stages were not kept."),  # noqa: E501
    "reopened": _("%(n)s of %(of)s deals were opened again after they were closed. Only their last outcome counts."),
    "moved_after_closing": _("%(n)s of %(of)s deals were moved to another stage after the day they closed."),
    "forecast_undated": _("%(n)s of %(of)s deals do not say when they began. The forecast cannot learn from them."),
    "forecast_unclosed": _("%(n)s of %(of)s deals are closed without a day. The forecast cannot learn from them."),
    "moved_back": _("%(n)s of %(of)s deals went back to an earlier stage."),
}  # fmt: skip

NAMES: Mapping[str, Text] = {
    "change": _("Change against the period before"),
    "cycle": _("Sales cycle"),
    "forecast": _("Forecast"),
    "period": _("Figures of a period"),
    "pipeline": _("Pipeline"),
    "value": _("Deal value"),
    "velocity": _("Sales velocity"),
}
"""What notes touch or name that is neither a dimension nor a figure of `analytics.metrics`."""


def sentence_of(note: QualityNote, shown: Mapping[str, str] | None = None) -> str:
    """A doubt in the reader's language; the code where it has no words. `shown` has figures as they should be read
    (the name of a field, numbers and days of the reader's kind) in place of those of the note."""
    said = SENTENCES.get(note["code"])
    if said is None:
        return note["code"].replace("_", " ")
    figures = {"n": note["n"], "of": note["of"], **note.get("figures", {}), **(shown or {})}
    return str(said) % figures
