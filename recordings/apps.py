from importlib import import_module

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate, pre_migrate

from salesiq.common.kept_rows import KeptRows, keep_rows

_SAME = ("client_id", "name", "version")
# What was published is never a draft again.
STANDARDS = tuple(
    KeptRows(
        table=table,
        refusal="A published script or scorecard never changes. Write a new version of it.",
        fixed=(*_SAME, *content),
        when="OLD.status <> 'draft'",
        nor="NEW.status = 'draft'",
        needs=("status",),
    )
    for table, content in {
        "recordings_scorecard": ("criteria", "shown_to_agents", "appeal_days"),
        "recordings_script": ("language", "stages"),
    }.items()
)


class RecordingsConfig(AppConfig):
    name = "recordings"

    def ready(self) -> None:
        import_module("recordings.receivers")
        guards = import_module("recordings.privacy.hold_guards")
        pre_migrate.connect(guards.lift_guards, sender=self)
        post_migrate.connect(guards.set_guards, sender=self)
        keep_rows(*STANDARDS, app=self)
        triggers = import_module("recordings.searching.triggers")
        pre_migrate.connect(triggers.lift_triggers, sender=self)
        post_migrate.connect(triggers.set_triggers, sender=self)
        register(triggers.check_full_text, Tags.database)
        answerers = import_module("recordings.quality.answerers")
        answerers.register_answerer("model", import_module("recordings.writing.answerer").ModelAnswerer())
        context = import_module("prompts.context.registry")
        context.register_context(import_module("recordings.prompt_context.provider").CallContext())
        import_module("recordings.prompt_cases").register()
        import_module("recordings.answer_checks").register_checks()
