"""What explains which deals are won: the whole document from columns of decided deals. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from decisions.documents import Driver, DriversDocument
from decisions.drivers.cycles import cycle_effect
from decisions.drivers.design import Design
from decisions.drivers.fields import Prepared, prepare
from decisions.drivers.fitting import grouped
from decisions.drivers.foretelling import Sample, foretell
from decisions.drivers.interactions import interactions
from decisions.drivers.testing import Standing, Standings, standings
from decisions.tables import Coded

# Fewer deals, or fewer of the rarer outcome, tell nothing that a table of counts does not.
FEWEST_DEALS, FEWEST_OF_EACH = 60, 20


@dataclass(frozen=True, slots=True)
class Deals:
    """n decided deals: `won` 1 or 0, what was known of each from the start, and the days it took (NaN unknown)."""

    won: NDArray[np.float64]
    groups: Mapping[str, Coded]
    numbers: Mapping[str, NDArray[np.float64]]
    cycle_days: NDArray[np.float64]


def explain(deals: Deals, progress: Callable[[float], None] = lambda share: None) -> DriversDocument:
    """Never raises for what the deals are like: `conclusion` says what cannot be told, and no figure is NaN."""
    document = _nothing_known(deals)
    if document["conclusion"]:
        return document
    prepared = prepare(deals.groups, deals.numbers, deals.won)
    document["kept_out"] = [each.document() for each in prepared.kept_out]
    if not prepared.fields:
        document["conclusion"] = "nothing_to_try"
        return document
    design = Design(prepared.fields)
    codes = [field.codes for field in prepared.fields]
    rows = grouped(codes, [len(field.levels) for field in prepared.fields], deals.won)
    found = standings(design, rows)
    document["drivers"] = [driver_of(each) for each in found.tested]
    document["tested"] = _tested(prepared, found)
    progress(0.4)
    document["interactions"] = interactions(design, rows)
    progress(0.6)
    document["cycle"] = cycle_effect(deals.won, deals.cycle_days, found.log_odds(design, codes))
    _foretell(document, prepared, deals)
    document["conclusion"] = _conclusion(document)
    return document


def _foretell(document: DriversDocument, prepared: Prepared, deals: Deals) -> None:
    behind = {field.name: deals.numbers[field.name] for field in prepared.fields if field.is_number}
    found, document["nonlinear"] = foretell(Sample(prepared.fields, behind, deals.won))
    if found is not None:
        document["auc"], document["auc_low"], document["auc_high"] = found.estimate, found.low, found.high


def _conclusion(document: DriversDocument) -> str:
    if any(each["significant"] for each in document["drivers"]):
        return "drivers"
    return "interactions" if any(each["significant"] for each in document["interactions"]) else "nothing"


def driver_of(each: Standing) -> Driver:
    bounds = each.bounds
    return {
        "feature": each.feature, "level": each.level, "n": each.n, "odds_ratio": _odds(bounds.estimate),
        "low": _odds(bounds.low), "high": _odds(bounds.high), "p_value": each.p_value, "q_value": each.q_value,
        "significant": each.significant,
    }  # fmt: skip


def _odds(log_odds: float) -> float:
    return float(np.exp(np.clip(log_odds, -20, 20)))


def _nothing_known(deals: Deals) -> DriversDocument:
    n, positives = len(deals.won), int(deals.won.sum())
    rarer = min(positives, n - positives)
    conclusion = "too_little" if n < FEWEST_DEALS or 0 < rarer < FEWEST_OF_EACH else "one_class" if not rarer else ""
    return {
        "auc": None, "auc_low": None, "auc_high": None, "n": n, "positives": positives, "conclusion": conclusion,
        "drivers": [], "tested": [], "kept_out": [], "nonlinear": {}, "interactions": [], "cycle": {},
    }  # fmt: skip


def _tested(prepared: Prepared, found: Standings) -> list[dict[str, Any]]:
    tested = []
    for field in prepared.fields:
        q = [each.q_value for each in found.tested if each.feature == field.name]
        tested.append({
            "feature": field.name, "levels": len(field.levels), "kind": "number" if field.is_number else "group",
            "within": list(field.within), "lowest_q": min(q, default=None),
            "untold": [level for name, level in found.untold if name == field.name],
        })  # fmt: skip
    return tested
