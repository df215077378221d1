"""Where people are lost on the way: deals by stage, calls by outcome, leads to won deals."""

from analytics.funnel.core import Comparison, Funnel, Journey, Step, build_funnel, compare_funnels
from analytics.funnel.selectors import (
    call_funnels,
    deal_funnels,
    lead_funnels,
    pipelines_of,
    reached_stage,
)

__all__ = [
    "Comparison",
    "Funnel",
    "Journey",
    "Step",
    "build_funnel",
    "call_funnels",
    "compare_funnels",
    "deal_funnels",
    "lead_funnels",
    "pipelines_of",
    "reached_stage",
]
