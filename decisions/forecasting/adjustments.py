"""What the sales handbook adds to the stage table, and by what each is seen in the record. Pure.

A deal's chance is that of its stage plus the points of all that apply, kept between 1 and 99 percent. `seen by` of a
row: {"activity": type}, {"words": [...]} in subjects and outcomes of activities, {"field": [...], "values": [...]}
(parts of a custom field's key, and of what it says; without values: yes), {"older_than_average": true},
{"quarter_ends_within": days} and {"holidays": [first, last]} as month-day.
"""

import re
from dataclasses import dataclass
from typing import Any

_NO_RIVAL = ["none", "no", "ninguna", "ninguno", "нет", "0"]
_COMPETITION = ["compet", "rival", "конкур"]
_WEAK = ["weak", "débil", "debil", "слаб"]
_LAWYERS = ["legal", "lawyer", "attorney", "counsel", "abogad", "юрист"]
_DECIDERS = ["authority", "decision_maker", "autoridad", "decisor", "лпр"]
MOST, LEAST = 0.99, 0.01


@dataclass(frozen=True, slots=True)
class Standard:
    """`group`: activity, competition, time or qualification; of competition one at most applies."""

    key: str
    group: str
    points: int
    matches: dict[str, Any]


STANDARD = (
    Standard("email_engagement", "activity", 5, {"activity": "email"}),
    Standard("demo_completed", "activity", 15, {"activity": "demo"}),
    Standard("proposal_sent", "activity", 20, {"activity": "proposal"}),
    Standard("contract_review", "activity", 25, {"words": ["contract", "contrat", "договор", "контракт"]}),
    Standard("legal_involved", "activity", 30, {"words": _LAWYERS}),
    Standard("competition_none", "competition", 15, {"field": _COMPETITION, "values": _NO_RIVAL}),
    Standard("competition_weak", "competition", 5, {"field": _COMPETITION, "values": _WEAK}),
    Standard(
        "competition_strong", "competition", -10, {"field": _COMPETITION, "values": ["strong", "fuerte", "сильн"]}
    ),
    Standard(
        "incumbent", "competition", -15,
        {"field": [*_COMPETITION, "incumb"], "values": ["incumb", "replac", "reempl", "actual", "замен", "действ"]},
    ),
    Standard("older_than_average", "time", -20, {"older_than_average": True}),
    Standard("end_of_quarter", "time", 10, {"quarter_ends_within": 14}),
    Standard("holidays", "time", -5, {"holidays": ["12-20", "01-06"]}),
    Standard("budget", "qualification", 20, {"field": ["budget", "presupuesto", "бюджет"]}),
    Standard("authority", "qualification", 15, {"field": _DECIDERS}),
    Standard("need", "qualification", 10, {"field": ["need", "necesidad", "потребн"]}),
    Standard("timeline", "qualification", 10, {"field": ["timeline", "timeframe", "plazo", "срок"]}),
)  # fmt: skip
GROUPS = {each.key: each.group for each in STANDARD}
ORDER = {each.key: place for place, each in enumerate(STANDARD)}


def capped(chance: float) -> float:
    return min(max(chance, LEAST), MOST)


def is_way_of_seeing(matches: object) -> bool:
    """Whether `matches` is one of the forms above, so that it can be looked for."""
    if not isinstance(matches, dict):
        return False
    keys = set(matches)
    if keys == {"activity"}:
        return isinstance(matches["activity"], str)
    if keys == {"words"}:
        return _are_texts(matches["words"])
    if keys in ({"field"}, {"field", "values"}):
        return all(_are_texts(each) for each in matches.values())
    if keys == {"holidays"}:
        days = matches["holidays"]
        return _are_texts(days) and len(days) == 2 and all(re.fullmatch(r"\d{2}-\d{2}", day) for day in days)
    if keys == {"quarter_ends_within"}:
        return type(matches["quarter_ends_within"]) is int
    return keys == {"older_than_average"}


def _are_texts(values: object) -> bool:
    return isinstance(values, list) and bool(values) and all(isinstance(each, str) and each for each in values)
