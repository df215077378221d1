from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from salesiq.common.kept_rows import KeptRows, keep_rows

VERSIONS = KeptRows(
    table="testcases_caseversion",
    refusal="A version of a test case never changes. Write a new one.",
    fixed=("client_id", "case_id", "number"),
    texts=("content",),
    hash_column="content_hash",
)


class TestCasesConfig(AppConfig):
    name = "testcases"
    verbose_name = _("test cases")

    def ready(self) -> None:
        keep_rows(VERSIONS, app=self)
        import_module("testcases.receivers")
        import_module("testcases.runs.receivers")
        import_module("testcases.batches.receivers")
        import_module("testcases.pages.managing.call_card")
