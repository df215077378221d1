"""The figures of an evaluation: each version × model with intervals, and each version against the baseline."""

from typing import Any

from prompts.models import Evaluation


def summarise(evaluation: Evaluation) -> dict[str, Any]:
    """{arms: [...], comparisons: [...]} of what is answered so far; see docs/prompts.md, “Evaluation”."""
    return {"arms": [], "comparisons": []}
