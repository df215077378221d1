"""Addresses of the pages of prompts."""

from django.urls import URLPattern, URLResolver, include, path

from prompts.pages import acting, blocks, diffs, listing, prompt, settings
from prompts.pages.connecting import views as connecting
from prompts.pages.editing import views as editing
from prompts.pages.trying import views as trying

ROOT = "sales-prompt-engineering"
ONE = f"{ROOT}/<uuid:prompt_id>"

urlpatterns: list[URLPattern | URLResolver] = [
    path(ROOT, listing.prompts, name="prompts"),
    path(f"{ROOT}/new", editing.new, name="prompt-new"),
    path(f"{ROOT}/check", editing.check, name="prompt-check"),
    path(f"{ROOT}/preview", editing.preview, name="prompt-preview"),
    path(f"{ROOT}/subjects", editing.subjects, name="prompt-subjects"),
    path(f"{ROOT}/import", acting.import_file, name="prompt-import"),
    path(f"{ROOT}/library", acting.take_library, name="prompt-library"),
    path(f"{ROOT}/blocks", blocks.blocks, name="prompt-blocks"),
    path(f"{ROOT}/models", connecting.models, name="prompt-models"),
    path(f"{ROOT}/models/embedded", connecting.embedded, name="prompt-models-embedded"),
    path(f"{ROOT}/models/endpoints/new", connecting.new_provider, name="prompt-provider-new"),
    path(f"{ROOT}/models/endpoints/<uuid:provider_id>", connecting.provider, name="prompt-provider"),
    path(f"{ROOT}/models/endpoints/<uuid:provider_id>/check", connecting.check, name="prompt-provider-check"),
    path(f"{ROOT}/models/endpoints/<uuid:provider_id>/models/new", connecting.new_model, name="prompt-model-new"),
    path(f"{ROOT}/models/<uuid:model_id>", connecting.model, name="prompt-model"),
    path(f"{ROOT}/runs/<uuid:run_id>/rating", trying.rate, name="prompt-run-rate"),
    path(f"{ROOT}/runs/<uuid:run_id>/case", trying.keep, name="prompt-run-keep"),
    path(ONE, prompt.show_prompt, name="prompt"),
    path(f"{ONE}/edit", editing.edit, name="prompt-edit"),
    path(f"{ONE}/settings", settings.settings, name="prompt-settings"),
    path(f"{ONE}/try", trying.playground, name="prompt-try"),
    path(f"{ONE}/try/run", trying.run, name="prompt-try-run"),
    path(f"{ONE}/diff", diffs.compare, name="prompt-diff"),
    path(f"{ONE}/export", acting.export, name="prompt-export"),
    path(f"{ONE}/comments", acting.comment, name="prompt-comment"),
    path(f"{ONE}/labels", acting.label, name="prompt-label"),
    path(f"{ONE}/roll-back", acting.take_back, name="prompt-roll-back"),
    path("", include("prompts.pages.evaluating_urls")),
]
