"""Calls drawn at random with known truths, for tests and benchmarks of patterns. Pure."""

from dataclasses import dataclass, field

import numpy as np
from scipy.special import expit

from decisions.patterns.features import Feature, feature_of
from decisions.patterns.regression import Controls, Floats

HEARD = (*(f"topic.{name}" for name in range(14)), *(f"tracker.{name}" for name in range(10)))
MEASURED = (
    "talk.agent_pace", "talk.agent_questions", "talk.patience", "talk.silence", "mood.agent", "script.order",
    *(f"criterion.{name}" for name in range(10)),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Truth:
    """`effects`: log-odds by code, of presence or of one standard deviation. `by_agent`: how much agents' skill is in
    all that they do; `by_length`: how much longer calls hold more, while won calls are longer. `repeated`: calls of
    one customer, which share their result and what is heard."""

    calls: int = 600
    agents: int = 12
    effects: dict[str, float] = field(default_factory=dict)
    by_agent: float = 0.7
    by_length: float = 0.0
    repeated: int = 1


@dataclass(frozen=True, slots=True)
class Drawn:
    columns: list[tuple[Feature, Floats]]
    won: Floats
    controls: Controls
    length: Floats


def draw(truth: Truth, seed: int) -> Drawn:
    """40 features of `truth.calls` calls."""
    random = np.random.default_rng(seed)
    n = truth.calls
    agent = np.unique(np.sort(random.integers(0, truth.agents, n)), return_inverse=True)[1]
    segment = random.integers(0, 4, n)
    customer = random.integers(0, n // truth.repeated, n) if truth.repeated > 1 else np.arange(n)
    pull = random.normal(0, 0.8, truth.agents)[agent] + random.normal(0, 0.5, 4)[segment]
    columns = {}
    for code in (*HEARD, *MEASURED):
        own = random.normal(0, 1, n)
        if truth.repeated > 1:
            own = (own + random.normal(0, 1, n)[customer]) / 2**0.5
        columns[code] = truth.by_agent * pull + own
    rates = random.uniform(-1.2, 0.8, len(HEARD))
    for code, rate in zip(HEARD, rates, strict=True):
        columns[code] = (columns[code] > rate).astype(np.float64)
    logit = pull - 0.4 + sum(effect * _centred(columns[code]) for code, effect in truth.effects.items())
    won = (random.random(n) < expit(logit)).astype(np.float64)
    if truth.repeated > 1:
        won = won[np.unique(customer, return_index=True)[1]][np.unique(customer, return_inverse=True)[1]]
    length = np.exp(5.5 + random.normal(0, 0.5, n) + 0.8 * truth.by_length * won)
    if truth.by_length:
        for code in HEARD:  # a longer call touches on more, whatever comes of it
            columns[code] = np.maximum(columns[code], random.random(n) < expit(2.5 * (np.log(length) - 6.2)))
    features = [(feature, columns[code]) for code in columns if (feature := feature_of(code))]
    return Drawn(features, won, Controls(agent, np.eye(4)[segment][:, 1:], customer.astype(np.int64)), length)


def _centred(column: Floats) -> Floats:
    scale = 1.0 if set(np.unique(column)) <= {0, 1} else float(column.std())
    return np.asarray((column - column.mean()) / scale)
