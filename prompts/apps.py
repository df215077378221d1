from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from salesiq.common.kept_rows import KeptRows, keep_rows

VERSIONS = KeptRows(
    table="prompts_promptversion",
    refusal="A version of a prompt never changes. Write a new one.",
    fixed=("client_id", "prompt_id", "number"),
    texts=("messages", "variables", "blocks", "parameters", "response_type", "response_schema", "checks"),
    hash_column="content_hash",
)


class PromptsConfig(AppConfig):
    name = "prompts"
    verbose_name = _("prompts")

    def ready(self) -> None:
        keep_rows(VERSIONS, app=self)
        import_module("prompts.evaluation.receivers")
        import_module("prompts.receivers")
