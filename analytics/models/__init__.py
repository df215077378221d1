"""What analytics keeps: sums of calls, views and annotations of people."""

from analytics.models.rollups import AgentSums, CallMeasures, ClientSums, Dimension, DirtyDay, Grain
from analytics.models.views import Annotation, SavedView

__all__ = [
    "AgentSums",
    "Annotation",
    "CallMeasures",
    "ClientSums",
    "Dimension",
    "DirtyDay",
    "Grain",
    "SavedView",
]
