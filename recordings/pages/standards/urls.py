"""Addresses of scorecards, scripts and runs over past calls."""

from django.urls import path

from recordings.pages.standards import editor_views, list_views, run_views, wording_views
from recordings.pages.standards.kinds import SCORECARDS, SCRIPTS

_QA = "sales-recording-audit"
_STEPS = (("publish", editor_views.publish), ("retire", editor_views.retire), ("version", editor_views.new_version))

urlpatterns = [
    path(f"{_QA}/scorecards", list_views.scorecard_list, name="scorecards"),
    path(f"{_QA}/scorecards/<uuid:standard_id>", editor_views.scorecard, name="scorecard"),
    path(f"{_QA}/scorecards/<uuid:standard_id>/preview", run_views.preview, name="scorecard-preview"),
    path(f"{_QA}/scorecards/<uuid:standard_id>/rescore", run_views.rescore, name="scorecard-rescore"),
    path(f"{_QA}/scripts", list_views.script_list, name="scripts"),
    path(f"{_QA}/scripts/<uuid:standard_id>", editor_views.script, name="script"),
    path(f"{_QA}/scripts/<uuid:standard_id>/wording", wording_views.wording, name="script-wording"),
    *(
        path(f"{_QA}/{kind.many}/<uuid:standard_id>/{step}", view, {"kind": kind}, name=f"{kind.name}-{step}")
        for kind in (SCORECARDS, SCRIPTS)
        for step, view in _STEPS
    ),
    path(f"{_QA}/scoring-runs/<uuid:run_id>", run_views.scoring_run, name="scoring-run"),
    path(f"{_QA}/scoring-runs/<uuid:run_id>/stop", run_views.stop, name="scoring-run-stop"),
    path(f"{_QA}/scoring-runs/<uuid:run_id>/resume", run_views.resume, name="scoring-run-resume"),
]
