"""Addresses of the API of test cases."""

from django.urls import URLPattern, URLResolver, path

from testcases.api.batches import BatchesView, OneBatchView, StopBatchView
from testcases.api.cases import CasesView, OneCaseView
from testcases.api.runs import OneRunView, ResultsView, RunView
from testcases.api.sessions import FinishView, OneSessionView, SoundView, StartView, TurnsView
from testcases.api.suites import OneSuiteView, SuitesView

urlpatterns: list[URLPattern | URLResolver] = [
    path("test-cases", CasesView.as_view(), name="api-test-cases"),
    path("test-cases/<uuid:pk>", OneCaseView.as_view(), name="api-test-case"),
    path("test-suites", SuitesView.as_view(), name="api-test-suites"),
    path("test-suites/<uuid:pk>", OneSuiteView.as_view(), name="api-test-suite"),
    path("test-cases/<uuid:pk>/sessions", StartView.as_view(), name="api-test-case-sessions"),
    path("sessions/<uuid:pk>", OneSessionView.as_view(), name="api-session"),
    path("sessions/<uuid:pk>/turns", TurnsView.as_view(), name="api-session-turns"),
    path("sessions/<uuid:pk>/finish", FinishView.as_view(), name="api-session-finish"),
    path("sessions/<uuid:pk>/sound", SoundView.as_view(), name="api-session-sound"),
    path("test-cases/<uuid:pk>/run", RunView.as_view(), name="api-test-case-run"),
    path("test-cases/<uuid:pk>/results", ResultsView.as_view(), name="api-test-case-results"),
    path("test-runs/<uuid:pk>", OneRunView.as_view(), name="api-test-run"),
    path("test-batches", BatchesView.as_view(), name="api-test-batches"),
    path("test-batches/<uuid:pk>", OneBatchView.as_view(), name="api-test-batch"),
    path("test-batches/<uuid:pk>/stop", StopBatchView.as_view(), name="api-test-batch-stop"),
]
