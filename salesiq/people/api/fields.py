"""Fields of requests that name rows."""

from typing import Any, cast

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from salesiq.people.scoping import ScopedQuerySet


class VisibleRow(serializers.PrimaryKeyRelatedField[Any]):
    """The id of a row that the caller may see; others are unknown to them, whether they exist or not."""

    default_error_messages = {
        "does_not_exist": _("Nothing you may use has the id “{pk_value}”."),
        "incorrect_type": _("An id is expected, as text."),
    }

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        return cast(ScopedQuerySet[Any], rows).visible_to(self.context["request"].user)

    def to_internal_value(self, data: Any) -> Any:
        try:
            return super().to_internal_value(data)
        except ValidationError:
            self.fail("does_not_exist", pk_value=data)
