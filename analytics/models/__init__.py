"""What analytics keeps: sums of calls, files and schedules, views and annotations of people."""

from analytics.models.exports import DataExport, ExportStatus
from analytics.models.rollups import AgentSums, CallMeasures, ClientSums, Dimension, DirtyDay, Grain
from analytics.models.schedules import Cadence, ReportRun, ReportSchedule, Weekday
from analytics.models.views import Annotation, SavedView

__all__ = [
    "AgentSums",
    "Annotation",
    "Cadence",
    "CallMeasures",
    "ClientSums",
    "DataExport",
    "Dimension",
    "DirtyDay",
    "ExportStatus",
    "Grain",
    "ReportRun",
    "ReportSchedule",
    "SavedView",
    "Weekday",
]
