"""What a goal may be measured by: the score of calls, one question of the scorecard, or a metric of docs/metrics.md.

Metrics are computed by the room above, which this one does not know: here are only their keys and names, and
tests/analytics/test_goal.py holds them to the registry.
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from recordings.coaching.answers import criteria_by_key
from recordings.models import Scorecard
from salesiq.people.models import Client

SCORE = "score"
QUESTION = "question:"
# Of the metrics those that an agent can move from call to call, and of which there are enough rows in a month.
METRICS: Mapping[str, str | Promise] = {
    "conversion_rate": _("Conversion rate"),
    "qualification_rate": _("Qualification rate"),
    "objection_handling_rate": _("Objections handled"),
    "script_adherence": _("Script adherence"),
    "talk_ratio": _("Agent's share of talk"),
    "csat": _("Customer satisfaction"),
    "average_duration": _("Average duration"),
    "win_rate": _("Win rate"),
}


def question_names(client: Client) -> dict[str, str]:
    """Names of the questions of every scorecard that is or was in use, by key; the newest name wins."""
    rows = Scorecard.objects.filter(client=client).exclude(status="draft").order_by("created_at")
    names: dict[str, str] = {}
    for criteria in rows.values_list("criteria", flat=True):
        names |= {key: criterion.name for key, criterion in criteria_by_key(criteria).items()}
    return names


def measure_choices(client: Client) -> list[tuple[str, list[tuple[str, str | Promise]]]]:
    """Everything that a goal may be measured by, in groups, for a select."""
    questions: list[tuple[str, str | Promise]] = [
        (f"{QUESTION}{key}", name) for key, name in question_names(client).items()
    ]
    return [
        (str(_("Calls")), [(SCORE, _("Score of calls")), *METRICS.items()]),
        (str(_("Questions of the scorecard")), questions),
    ]


def is_measure(measure: str, client: Client) -> bool:
    """Whether a goal of `client` may be measured by it."""
    if measure.startswith(QUESTION):
        return measure.removeprefix(QUESTION) in question_names(client)
    return measure == SCORE or measure in METRICS


def measure_name(measure: str, questions: Mapping[str, str]) -> str:
    """For people; a question that is in no scorecard any more goes by its key."""
    if measure == SCORE:
        return str(_("Score of calls"))
    if measure.startswith(QUESTION):
        key = measure.removeprefix(QUESTION)
        return questions.get(key, key)
    return str(METRICS.get(measure, measure))
