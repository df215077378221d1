"""Models that predict in the back office: what each rests on, and which one is in use."""

import json
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import display

from decisions.models import ModelStatus, PredictiveModel
from decisions.prediction.serving.refitting import put_in_use, start_fit
from decisions.runs import CannotAnswerError
from salesiq.people.backoffice import ScopedModelAdmin, ScopedRelatedFilter, signed_in
from salesiq.people.roles import Capability

# unfold's decorator asks for plain text; a lazy one keeps its language open until it is shown.
_lazy: Any = gettext_lazy
STATES: dict[str, str] = {
    ModelStatus.SERVING: "success", ModelStatus.CANDIDATE: "info", ModelStatus.RETIRED: "default",
    ModelStatus.REFUSED: "warning",
}  # fmt: skip


@admin.register(PredictiveModel)
class PredictiveModelAdmin(ScopedModelAdmin):
    """Fitted by jobs alone; people choose which one is in use."""

    view_capability = Capability.VIEW_DECISIONS
    list_display = ["__str__", "state", "form", "has_signal", "auc", "n", "positives", "trained_until", "created_at",
                    "client"]  # fmt: skip
    list_filter = ["target", "status", "has_signal", ("client", ScopedRelatedFilter)]
    list_select_related = ["client"]
    ordering = ["-created_at"]
    actions = ["use", "fit"]
    fields = [
        "client", "target", "number", "status", "form", "has_signal", "auc", "n", "positives", "trained_since",
        "trained_until", "features_named", "left_out", "compared_with", "created_at",
    ]  # fmt: skip
    readonly_fields = ["auc", "features_named", "left_out", "compared_with", "created_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Without what only predicting needs: it may be large."""
        return super().get_queryset(request).defer("document", "card")

    @display(description=_lazy("status"), ordering="status", label=STATES)
    def state(self, model: PredictiveModel) -> tuple[str, str]:
        return model.status, model.get_status_display()

    @admin.display(description=gettext_lazy("AUC, with its 95 percent interval"))
    def auc(self, model: PredictiveModel) -> str:
        figures = [model.metrics.get(name) for name in ("auc", "auc_low", "auc_high")]
        if None in figures:
            return "–"
        return "{:.3f} ({:.3f}–{:.3f})".format(*figures)

    @admin.display(description=gettext_lazy("fields"))
    def features_named(self, model: PredictiveModel) -> str:
        return ", ".join(model.features) or "–"

    @admin.display(description=gettext_lazy("fields left out, and why"))
    def left_out(self, model: PredictiveModel) -> str:
        return ", ".join(f"{leak['field']} ({leak['why']})" for leak in model.leaks) or "–"

    @admin.display(description=gettext_lazy("compared with the model in use"))
    def compared_with(self, model: PredictiveModel) -> str:
        return format_html("<code>{}</code>", json.dumps(model.compared, ensure_ascii=False))

    def has_manage_permission(self, request: HttpRequest) -> bool:
        return signed_in(request).can(Capability.MANAGE_DECISIONS)

    @admin.action(description=gettext_lazy("Put in use"), permissions=["manage"])
    def use(self, request: HttpRequest, queryset: QuerySet[PredictiveModel]) -> None:
        chosen = list(queryset.select_related("client")[:2])
        if len(chosen) != 1:
            self.message_user(request, _("Choose one model: only one of a kind is in use."), messages.ERROR)
            return
        try:
            put_in_use(model=chosen[0], user=signed_in(request))
        except CannotAnswerError as error:
            self.message_user(request, str(error), messages.ERROR)
        else:
            self.message_user(request, _("%(model)s is in use.") % {"model": chosen[0]}, messages.SUCCESS)

    @admin.action(description=gettext_lazy("Fit anew"), permissions=["manage"])
    def fit(self, request: HttpRequest, queryset: QuerySet[PredictiveModel]) -> None:
        asked = {(model.client, model.target) for model in queryset.select_related("client")}
        for client, target in asked:
            start_fit(client=client, target=target, user=signed_in(request))
        count = len(asked)
        done = ngettext("%(count)d model is being fitted.", "%(count)d models are being fitted.", count)
        self.message_user(request, done % {"count": count}, messages.SUCCESS)
