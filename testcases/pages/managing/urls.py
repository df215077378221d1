"""Addresses of the pages where test cases are managed."""

from django.urls import URLPattern, URLResolver, path

from testcases.pages.managing import (
    acting,
    assignments,
    batches,
    benchmarks,
    case,
    diffs,
    listing,
    scenarios,
    suites,
    trainings,
)
from testcases.pages.managing.editing import trying, views

ROOT = "sales-test-cases"
ONE = f"{ROOT}/<uuid:case_id>"
SUITES, TRAININGS, BATCHES = f"{ROOT}/suites", f"{ROOT}/trainings", f"{ROOT}/batches"
ASSIGNMENTS, BENCHMARKS = f"{ROOT}/assignments", f"{ROOT}/benchmarks"

urlpatterns: list[URLPattern | URLResolver] = [
    path(ROOT, listing.cases, name="test-cases"),
    path(f"{ROOT}/new", views.new, name="test-case-new"),
    path(f"{ROOT}/check", views.check, name="test-case-check"),
    path(f"{ROOT}/example", views.example, name="test-case-example"),
    path(f"{ROOT}/try", trying.try_out, name="test-case-try"),
    path(f"{ROOT}/calls", trying.calls, name="test-case-calls"),
    path(f"{ROOT}/import", acting.import_file, name="test-case-import"),
    path(f"{ROOT}/library", acting.take_library, name="test-case-library"),
    path(SUITES, suites.suites, name="test-suites"),
    path(f"{SUITES}/new", suites.new_suite, name="test-suite-new"),
    path(f"{SUITES}/<uuid:suite_id>", suites.suite, name="test-suite"),
    path(f"{SUITES}/<uuid:suite_id>/edit", suites.edit_suite, name="test-suite-edit"),
    path(f"{SUITES}/<uuid:suite_id>/delete", suites.remove_suite, name="test-suite-delete"),
    path(BATCHES, batches.batches, name="test-batches"),
    path(f"{BATCHES}/new", batches.new_batch, name="test-batch-new"),
    path(f"{BATCHES}/<uuid:batch_id>", batches.batch, name="test-batch"),
    path(f"{BATCHES}/<uuid:batch_id>/progress", batches.progress, name="test-batch-progress"),
    path(f"{BATCHES}/<uuid:batch_id>/stop", batches.stop, name="test-batch-stop"),
    path(TRAININGS, trainings.trainings, name="test-trainings"),
    path(f"{TRAININGS}/new", trainings.new_training, name="test-training-new"),
    path(f"{TRAININGS}/<uuid:training_id>/edit", trainings.edit_training, name="test-training-edit"),
    path(f"{TRAININGS}/<uuid:training_id>/delete", trainings.remove_training, name="test-training-delete"),
    path(ASSIGNMENTS, assignments.assignments, name="test-assignments"),
    path(f"{ASSIGNMENTS}/new", assignments.give, name="test-assign"),
    path(f"{ASSIGNMENTS}/<uuid:assignment_id>/cancel", assignments.cancel, name="test-assignment-cancel"),
    path(BENCHMARKS, benchmarks.benchmarks, name="test-benchmarks"),
    path(f"{BENCHMARKS}/<uuid:benchmark_id>/delete", benchmarks.remove_benchmark, name="test-benchmark-delete"),
    path(f"{ROOT}/scenarios/<uuid:call_id>", scenarios.scenario, name="test-scenario"),
    path(ONE, case.show_case, name="test-case"),
    path(f"{ONE}/edit", views.edit, name="test-case-edit"),
    path(f"{ONE}/diff", diffs.compare, name="test-case-diff"),
    path(f"{ONE}/export", acting.export, name="test-case-export"),
    path(f"{ONE}/play", acting.play, name="test-case-play"),
    path(f"{ONE}/active", acting.set_active, name="test-case-active"),
]
