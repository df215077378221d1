"""Filters over fixed words. Django's own filter of a text column reads every row to find which words there are."""

from collections.abc import Mapping, Sequence
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


class ScoreFilter(SimpleListFilter):
    """By band of the score, from poor to good, instead of an order by it, which would have to read every call."""

    title, parameter_name = _("quality score"), "score"
    bands: Mapping[str, tuple[int, int]] = {"0-50": (0, 50), "50-70": (50, 70), "70-85": (70, 85), "85-100": (85, 101)}

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [(name, name.replace("-", "–")) for name in self.bands]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        band = self.bands.get(str(self.value()))
        return queryset.filter(quality_score__gte=band[0], quality_score__lt=band[1]) if band else queryset
