"""Filters over fixed words. Django's own filter of a text column reads every row to find which words there are."""

from collections.abc import Sequence
from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from recordings.language.types import LANGUAGES, OBJECTIONS
from recordings.models import StageName


class WordFilter(SimpleListFilter):
    """Rows whose `parameter_name` column is one of `words`."""

    words: Sequence[str] = ()

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [(word, word) for word in self.words]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        return queryset.filter(**{str(self.parameter_name): value}) if value in self.words else queryset


class LanguageFilter(WordFilter):
    title, parameter_name, words = _("language"), "language", LANGUAGES


class ObjectionFilter(WordFilter):
    title, parameter_name, words = _("kind"), "kind", OBJECTIONS


class PromisedByFilter(WordFilter):
    title, parameter_name, words = _("by"), "by", ("agent", "customer")


class StageFilter(WordFilter):
    title, parameter_name, words = _("stage"), "stage", tuple(StageName.values)
