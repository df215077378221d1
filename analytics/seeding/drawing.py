"""Drawing calls at random, so that their hours, results and scores hang together. Pure: numpy alone.

Agents differ in skill and in how much they call; weeks have their days, days their hours, and business grows slowly.
The same seed and arguments draw the same calls.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

CALL_TYPES, CALL_TYPE_SHARES = ("inbound", "outbound", "follow_up"), (0.32, 0.5, 0.18)
OUTCOMES = ("converted", "qualified", "not_qualified", "no_answer", "callback", "")
OUTCOME_LOGITS = {"inbound": (-0.2, 0.6, 0.2, -1.6, -0.6, -1.6), "outbound": (-1.3, -0.1, 0.5, 0.7, 0.0, -1.6)}
OUTCOME_LOGITS["follow_up"] = (0.4, 0.5, -0.2, 0.0, -0.1, -1.8)
OUTCOME_BY_SKILL = (0.45, 0.2, -0.2, -0.05, 0.0, 0.0)
REGIONS = ("United States", "Germany", "United Kingdom", "Spain", "Brazil", "Kenya", "Japan", "Poland", "Mexico", "")
REGION_SHARES = (0.34, 0.14, 0.12, 0.1, 0.08, 0.06, 0.05, 0.04, 0.04, 0.03)
SOURCES = ("website", "google_ads", "referral", "cold_list", "partner", "facebook", "trade_fair", "")
SOURCE_SHARES = (0.28, 0.2, 0.14, 0.14, 0.09, 0.08, 0.03, 0.04)
LANGUAGES, LANGUAGE_SHARES = ("en", "es", "ru"), (0.72, 0.2, 0.08)
HOUR_SHARES = (0, 0, 0, 0, 0, 0, 0.2, 1, 4, 8, 10, 9, 5, 6, 9, 10, 8, 6, 3, 1.5, 0.6, 0.2, 0, 0)
WEEKDAY_SHARES = (1.05, 1.15, 1.1, 1.0, 0.8, 0.18, 0.07)
GROWTH_A_YEAR = 0.12
SCORED, ASKED = 0.85, 0.22

Texts = NDArray[np.str_]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """Columns of equal length, ordered by day. NaN stands for "none". `agent` is the agent's number."""

    started_at: list[datetime]
    agent: list[int]
    call_type: Texts
    outcome: Texts
    region: Texts
    source: Texts
    language: Texts
    duration: Floats
    quality: Floats
    probability: Floats
    csat: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`count` calls of `agents` people on the `days` days up to and with `last`, by the clock of `zone`."""

    count: int
    agents: int
    days: int
    last: date
    zone: ZoneInfo
    seed: int = 1


def draw_calls(plan: Plan, *, at_once: int) -> Iterator[Drawn]:
    """The calls of `plan` in pieces of at most `at_once`, so that memory stays flat."""
    random = np.random.default_rng(plan.seed)
    skill = random.normal(0.0, 1.0, plan.agents)
    zeal = random.lognormal(0.0, 0.35, plan.agents)
    days = np.repeat(np.arange(plan.days), random.multinomial(plan.count, _day_shares(plan)))
    for begin in range(0, plan.count, at_once):
        yield _draw(plan, random, days[begin : begin + at_once], skill, zeal / zeal.sum())


def _day_shares(plan: Plan) -> Floats:
    first = plan.last - timedelta(days=plan.days - 1)
    number = np.arange(plan.days)
    weekday = (first.weekday() + number) % 7
    season = 1 + 0.12 * np.sin(2 * np.pi * (first.timetuple().tm_yday + number) / 365.25)
    shares = np.array(WEEKDAY_SHARES)[weekday] * season * (1 + GROWTH_A_YEAR) ** (number / 365.25)
    return np.asarray(shares / shares.sum())


def _draw(plan: Plan, random: np.random.Generator, days: NDArray[np.int64], skill: Floats, zeal: Floats) -> Drawn:
    count = len(days)
    agent = random.choice(plan.agents, count, p=zeal)
    call_type = random.choice(CALL_TYPES, count, p=CALL_TYPE_SHARES)
    outcome = _outcomes(random, call_type, skill[agent])
    spoke = outcome != "no_answer"
    quality = np.clip(random.normal(68 + 7 * skill[agent] + 6 * (outcome == "converted"), 11), 0, 100).round(2)
    warmth = {"converted": 1.6, "qualified": 0.7, "callback": -0.4, "not_qualified": -1.6, "no_answer": -3, "": -1}
    logit = random.normal(-0.7 + np.vectorize(warmth.__getitem__, otypes=[float])(outcome), 0.8)
    csat = np.clip(np.round(random.normal(3.7 + 0.3 * skill[agent] + 0.4 * (outcome == "converted"), 0.9)), 1, 5)
    duration = np.where(spoke, random.lognormal(5.5, 0.65, count), random.uniform(4, 40, count)).round(1)
    return Drawn(
        started_at=_moments(plan, random, days),
        agent=agent.tolist(),
        call_type=call_type,
        outcome=outcome,
        region=random.choice(REGIONS, count, p=REGION_SHARES),
        source=random.choice(SOURCES, count, p=SOURCE_SHARES),
        language=random.choice(LANGUAGES, count, p=LANGUAGE_SHARES),
        duration=duration,
        quality=np.where(spoke & (random.random(count) < SCORED), quality, np.nan),
        probability=np.where(spoke, (1 / (1 + np.exp(-logit))).round(4), np.nan),
        csat=np.where(spoke & (random.random(count) < ASKED), csat, np.nan),
    )


def _outcomes(random: np.random.Generator, call_type: Texts, skill: Floats) -> Texts:
    """By the Gumbel-max way: the largest of logit + noise falls as the softmax of the logits says."""
    logits = np.zeros((len(call_type), len(OUTCOMES)))
    for name in CALL_TYPES:
        logits[call_type == name] = OUTCOME_LOGITS[name]
    logits += skill[:, None] * np.array(OUTCOME_BY_SKILL)
    return np.asarray(np.array(OUTCOMES)[np.argmax(logits + random.gumbel(size=logits.shape), axis=1)])


def _moments(plan: Plan, random: np.random.Generator, days: NDArray[np.int64]) -> list[datetime]:
    """Moments in UTC for hours by the clock of the zone; within a day in order."""
    shares = np.array(HOUR_SHARES) / sum(HOUR_SHARES)
    second = random.choice(24, len(days), p=shares) * 3600 + random.integers(0, 3600, len(days))
    order = np.lexsort((second, days))
    first = plan.last - timedelta(days=plan.days - 1)
    midnight: dict[int, datetime] = {}
    for day in np.unique(days).tolist():
        local = datetime.combine(first + timedelta(days=day), time(12), plan.zone)
        midnight[day] = local.astimezone(UTC) - timedelta(hours=12)
    pairs = zip(days[order].tolist(), second[order].tolist(), strict=True)
    return [midnight[day] + timedelta(seconds=seconds) for day, seconds in pairs]
