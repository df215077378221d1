"""A suggestion in words: how it was found, what it gained, and what it changes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from prompts.models import PromptVersion, Suggestion, WorkStatus
from prompts.pages.evaluating.spans import ZeroSpan, zero_span
from prompts.pages.evaluating.wording import decimal, number, signed, span
from prompts.services import diff_versions
from prompts.templates.content import VersionContent
from salesiq.jobs.models import Job


@dataclass(frozen=True, slots=True)
class SuggestionPage:
    """`said` is the result in a sentence, `kind`: better, worse, same, none, or empty while it is sought."""

    suggestion: Suggestion
    is_live: bool
    percent: int
    said: str
    kind: str
    gain: str
    interval: str
    bar: ZeroSpan | None
    may_accept: bool


def suggestion_page(suggestion: Suggestion) -> SuggestionPage:
    result: Mapping[str, Any] = suggestion.result
    live = suggestion.status == WorkStatus.RUNNING
    gain, low, high = (number(result, name) for name in ("gain", "low", "high"))
    kind = "" if suggestion.status != WorkStatus.FINISHED else _KINDS.get(str(result.get("says", "")), "none")
    return SuggestionPage(
        suggestion=suggestion,
        is_live=live,
        percent=_percent(suggestion) if live else 100,
        said=_said(suggestion, kind),
        kind=kind,
        gain=signed(gain) if gain is not None else "",
        interval=span(low, high),
        bar=zero_span(gain, low, high, 1.0),
        may_accept=bool(suggestion.status == WorkStatus.FINISHED and suggestion.proposal and not suggestion.made_id),
    )


_KINDS = {"better": "better", "worse": "worse", "not_proved": "same", "no_better": "none"}


def _percent(suggestion: Suggestion) -> int:
    job = Job.objects.filter(subject=str(suggestion.pk)).order_by("-created_at").first()
    return round(100 * job.fraction) if job else 0


def _said(suggestion: Suggestion, kind: str) -> str:
    if suggestion.status == WorkStatus.FAILED:
        return suggestion.error
    result = suggestion.result
    numbers = {
        "n": result.get("n"),
        "before": decimal(number(result, "before")),
        "after": decimal(number(result, "after")),
    }
    return {
        "better": _("Better on %(n)s held-out cases, by more than chance does: score %(before)s, then %(after)s."),
        "worse": _("Worse on %(n)s held-out cases: score %(before)s, then %(after)s. Leave it."),
        "same": _("Not proved: on %(n)s held-out cases score %(before)s, then %(after)s; chance alone may do that."),
        "none": _("Nothing better was found."),
    }.get(kind, "") % numbers


def proposal_sections(suggestion: Suggestion) -> list[Any]:
    """The proposal beside the version it came from, part by part; only what differs."""
    if not suggestion.proposal:
        return []
    content = json.loads(json.dumps(VersionContent.from_json(suggestion.proposal).as_json()))  # plain, as from a row
    proposed = PromptVersion(prompt=suggestion.prompt, number=suggestion.version.number, **content)
    return [section for section in diff_versions(suggestion.version, proposed) if section.differs]
