"""Filters of lists: those that nobody knows are refused, not ignored."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import ValidationError

# Read elsewhere: by the pagination, by content negotiation, by the serializer.
OTHER_PARAMETERS = frozenset({"cursor", "page_size", "count", "format", "include"})


class StrictFilterBackend(DjangoFilterBackend):
    """Also refuses parameters that are no filter: a misspelt one would return everything."""

    def get_filterset(self, request: HttpRequest, queryset: Any, view: Any) -> Any:
        filterset = super().get_filterset(request, queryset, view)
        if filterset is not None:
            unknown = sorted(set(request.GET) - set(filterset.filters) - OTHER_PARAMETERS)
            if unknown:
                sentence = _("There is no such filter. Known are: %(known)s.")
                known = ", ".join(sorted(filterset.filters))
                raise ValidationError({name: [sentence % {"known": known}] for name in unknown})
        return filterset
