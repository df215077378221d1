"""Sums and figures drawn at random with known truths, for tests and benchmarks of anomalies. Pure."""

from typing import Any

import numpy as np
from scipy.special import expit

from decisions.anomalies.tables import DaySums

LAST = np.datetime64("2026-03-01")
WEEK = np.array([1.05, 1.15, 1.1, 1.0, 0.8, 0.18, 0.07])


def draw_sums(seed: int, *, agents: int = 10, days: int = 365, calls: float = 12.0, excess: float = 0.02) -> DaySums:
    """A year of `calls` a day and agent, more in some seasons, by the days of the week; `excess` is how much days vary
    beyond counting (relative variance)."""
    random = np.random.default_rng(seed)
    day = np.arange(LAST - days + 1, LAST + 1)
    weekday = (day.astype(np.int64) + 3) % 7
    wave = np.sin(np.arange(days) / 58)
    busy = WEEK[weekday] * np.exp(0.3 * wave + random.normal(0, excess**0.5, days))
    mean = np.exp(random.normal(0, 0.4, agents))[:, None] * calls * busy
    n = random.poisson(mean).ravel()
    skill = np.repeat(random.normal(0, 0.5, agents), days)
    also = np.tile(0.2 * wave + random.normal(0, excess**0.5, days), agents)
    known = n
    answered = random.binomial(known, expit(1 + 0.3 * also))
    converted = random.binomial(answered, expit(-1 + skill + also))
    sums = {"calls": n, "known": known, "answered": answered, "reached": answered, "converted": converted}
    for name, middle, spread in (("quality", 70.0, 12.0), ("duration", 300.0, 150.0), ("talk", 0.55, 0.1)):
        mean_of = (
            middle + spread * (0.3 * skill + 0.2 * also) + random.normal(0, spread, len(n)) / np.sqrt(np.maximum(n, 1))
        )
        sums |= {f"{name}_n": n, f"{name}_sum": n * mean_of, f"{name}_squares": n * (mean_of**2 + spread**2)}
    names = tuple(f"00000000-0000-7000-8000-{number:012d}" for number in range(agents))
    return DaySums(names, np.repeat(np.arange(agents), days), np.tile(day, agents),
                   {name: column.astype(np.float64) for name, column in sums.items()})  # fmt: skip


def draw_calls(seed: int, *, before: int = 6_000, recent: int = 120) -> tuple[dict[str, Any], Any, Any]:
    """Figures, agents and which calls are looked at; skewed, of agents who differ in level and in spread."""
    random = np.random.default_rng(seed)
    n = before + recent
    agent = random.integers(0, 15, n)
    level, spread = random.normal(0, 0.5, 15)[agent], np.exp(random.normal(0, 0.3, 15))[agent]
    figures = {
        "call.duration": np.exp(5 + level + 0.8 * spread * random.normal(0, 1, n)),
        "talk.agent_share": expit(level + spread * random.normal(0, 0.5, n)),
        "talk.silence": random.beta(2, 18, n),
        "score.quality": np.clip(70 + 8 * level + 10 * random.standard_t(6, n), 0, 100),
        "mood.customer": np.where(random.random(n) < 0.2, np.nan, np.clip(random.normal(0.1, 0.3, n), -1, 1)),
    }
    return figures, agent.astype(np.intp), np.arange(n) >= before
