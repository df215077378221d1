"""Addresses of the pages of prompts."""

from django.urls import URLPattern, URLResolver, include, path

from prompts.pages import listing, prompt

ROOT = "sales-prompt-engineering"

urlpatterns: list[URLPattern | URLResolver] = [
    path(ROOT, listing.prompts, name="prompts"),
    path(f"{ROOT}/<uuid:prompt_id>", prompt.show_prompt, name="prompt"),
    path("", include("prompts.pages.evaluating_urls")),
]
