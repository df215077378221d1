"""What a prompt's gate asks for, as kept in `Prompt.gate`."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _


class GateError(ValueError):
    """A rule of a gate cannot be used; `str(error)` names it and says what it may be. `field` is its name."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True, slots=True)
class GateRules:
    """Shares from 0 to 1; `max_cost` is the mean of an answer in the model's currency, `max_latency_ms` the 95th
    percentile. `max_regressions`: cases that production passes and the new version does not; None: as many as chance
    may explain. `every_model`: all models that may come to answer, not only the one that is asked first.
    """

    min_pass_rate: float = 0.8
    min_cases: int = 20
    min_validity: float = 0.95
    max_regressions: int | None = None
    max_age_days: int = 30
    max_cost: Decimal | None = None
    max_latency_ms: int | None = None
    every_model: bool = False

    def as_json(self) -> dict[str, Any]:
        values = asdict(self)
        return values | {"max_cost": None if self.max_cost is None else str(self.max_cost)}


def read_gate(stored: Mapping[str, Any]) -> GateRules:
    """The rules of `stored`, with the product's own where it says nothing.

    Raises:
        GateError: an unknown rule, or a value that it cannot have.
    """
    known = {field.name for field in fields(GateRules)}
    for name in stored:
        if name not in known:
            raise GateError(name, _("There is no rule “%(name)s”.") % {"name": name})
    read: dict[str, Any] = {}
    for name, value in stored.items():
        read[name] = _READERS[name](name, value)
    return GateRules(**read)


def _share(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise GateError(name, _("“%(name)s” is a share: a number from 0 to 1.") % {"name": name})
    return float(value)


def _count(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise GateError(name, _("“%(name)s” is a whole number of at least 1.") % {"name": name})
    return value


def _limit(name: str, value: Any) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise GateError(name, _("“%(name)s” is a whole number of at least 0, or nothing.") % {"name": name})
    return value


def _cost(name: str, value: Any) -> Decimal | None:
    if value is None:
        return None
    try:
        cost = Decimal(str(value))
    except InvalidOperation:
        cost = Decimal(-1)
    if isinstance(value, bool) or not cost.is_finite() or cost < 0:
        raise GateError(name, _("“%(name)s” is an amount of at least 0, or nothing.") % {"name": name})
    return cost


def _flag(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise GateError(name, _("“%(name)s” is yes or no.") % {"name": name})
    return value


_READERS = {
    "min_pass_rate": _share,
    "min_cases": _count,
    "min_validity": _share,
    "max_regressions": _limit,
    "max_age_days": _count,
    "max_cost": _cost,
    "max_latency_ms": _limit,
    "every_model": _flag,
}
