"""Scripts and scorecards as JSON files: what one workspace has found good can be brought into another."""

import json
from typing import Any

from django.core.exceptions import ValidationError
from import_export.fields import Field
from import_export.widgets import JSONWidget

from recordings.models import Scorecard, Script
from recordings.quality.criteria import read_criteria
from recordings.quality.errors import QualityError
from recordings.quality.script import read_stages
from recordings.standards import add_standard, revise_standard
from salesiq.people.exchange import TenantResource


class ContentWidget(JSONWidget):
    """Lists of a JSON file stay lists, in either direction."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        return super().clean(value, row, **kwargs) if isinstance(value, str) else value

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return value


class StandardResource(TenantResource):
    """A name that is there gets a new draft with the file's content; nothing is published by an import."""

    content: str
    read: Any

    def get_instance(self, instance_loader: Any, row: Any) -> Any:
        rows = self.get_queryset().filter(client=self.user.client_id, **self.find(row))
        return rows.order_by("-version").first()

    def before_import_row(self, row: Any, **kwargs: Any) -> None:
        super().before_import_row(row, **kwargs)
        try:
            type(self).read(ContentWidget().clean(row.get(self.content)))
        except json.JSONDecodeError as error:
            raise ValidationError({self.content: str(error)}) from error
        except QualityError as error:
            raise ValidationError({self.content: error.message}) from error

    def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        """The service below writes the trail."""

    def do_instance_save(self, instance: Any, is_create: bool) -> None:  # type: ignore[override]
        if is_create:
            add_standard(standard=instance, actor=self.user)
            return
        stored = type(instance)._default_manager.get(pk=instance.pk)
        saved = revise_standard(standard=stored, content=getattr(instance, self.content), actor=self.user)
        instance.pk = saved.pk

    def after_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        """Likewise."""


class ScorecardResource(StandardResource):
    content, read = "criteria", staticmethod(read_criteria)
    criteria = Field("criteria", "criteria", ContentWidget())

    class Meta:
        model = Scorecard
        fields = ("name", "criteria")
        import_id_fields = ("name",)
        skip_unchanged = True


class ScriptResource(StandardResource):
    content, read = "stages", staticmethod(read_stages)
    stages = Field("stages", "stages", ContentWidget())

    class Meta:
        model = Script
        fields = ("name", "language", "stages")
        import_id_fields = ("name", "language")
        skip_unchanged = True

    def find(self, row: Any) -> dict[str, Any]:
        return {"name": row.get("name", ""), "language": row.get("language", "")}
