"""Writing test cases: the doors (pages, API, admin, commands, library) call these and nothing else."""

from testcases.content.problems import ContentError
from testcases.services.assignments import assign, cancel_assignment, note_passed, read_training
from testcases.services.benchmarks import ImportedBenchmarks, import_benchmarks
from testcases.services.cases import create_case, save_version, update_case
from testcases.services.errors import (
    CaseError,
    NameTakenError,
    StaleVersionError,
    UnusableFileError,
    told,
    told_with_places,
)
from testcases.services.suites import delete_suite, save_suite
from testcases.services.trainings import delete_training, save_training

__all__ = [
    "CaseError",
    "ContentError",
    "ImportedBenchmarks",
    "NameTakenError",
    "StaleVersionError",
    "UnusableFileError",
    "assign",
    "cancel_assignment",
    "create_case",
    "delete_suite",
    "delete_training",
    "import_benchmarks",
    "note_passed",
    "read_training",
    "save_suite",
    "save_training",
    "save_version",
    "told",
    "told_with_places",
    "update_case",
]
