"""Forms of records that are worth money: the value in the client's currency follows from the amount."""

from typing import Any

from django.core.exceptions import ValidationError
from django.forms import ChoiceField
from django.utils import timezone
from django.utils.translation import gettext as _
from unfold.widgets import UnfoldAdminSelectWidget

from integrations.crm.admin.custom_forms import SuggestingWidget, stage_choices
from integrations.crm.importing.exchange import Exchange
from integrations.crm.importing.values.errors import RefusedError
from integrations.crm.models import DealStatus, Stage
from salesiq.people.backoffice import TenantForm
from salesiq.people.models import Client

CLOSED = (DealStatus.WON, DealStatus.LOST)


class MoneyForm(TenantForm):
    """Works out `value`; `day_fields` are the days whose exchange rate counts, the first that is known."""

    day_fields: tuple[str, ...] = ()

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        amount, currency = values.get("amount"), (values.get("currency") or "").upper()
        if currency and not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
            self.add_error("currency", _("Write the three letters of a currency, such as EUR."))
        elif amount is not None and amount < 0:
            self.add_error("amount", _("An amount cannot be negative."))
        else:
            values["currency"] = currency
            self._work_out_value(values)
        return values

    def _work_out_value(self, values: dict[str, Any]) -> None:
        client = values.get("client") or Client.objects.filter(pk=self.instance.client_id).first()
        if values.get("amount") is None or client is None:
            self.instance.value = None
            return
        day = next((values[name] for name in self.day_fields if values.get(name)), None)
        try:
            worth = Exchange(client).value(values["amount"], values["currency"], day, timezone.localdate())
        except RefusedError as error:
            self.add_error("currency", str(error))
        else:
            self.instance.value = worth


class PurchaseForm(MoneyForm):
    day_fields = ("bought_on",)


class AdCostForm(MoneyForm):
    day_fields = ("since",)


class DealForm(MoneyForm):
    """A deal that is moved to a stage counts as that stage says, and closes on the day it is won or lost."""

    day_fields = ("closed_on", "created_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pipeline = str(self.data.get("pipeline", self.instance.pipeline) if self.is_bound else self.instance.pipeline)
        if "stage" in self.fields:
            self._offer_stages(pipeline.strip())

    def _offer_stages(self, pipeline: str) -> None:
        """The stages of its pipeline, and the present one while it stays there; any text in a pipeline without."""
        stages = Stage.objects.filter(client=self.instance.client_id).order_by("position")
        names: dict[str, list[str]] = {}
        for of, name in stages.values_list("pipeline", "name"):
            names.setdefault(of, []).append(name)
        self.fields["pipeline"].widget = SuggestingWidget(sorted(filter(None, names)))
        if pipeline not in names:
            return
        present = self.instance.stage if pipeline == self.instance.pipeline else ""
        self.fields["stage"] = ChoiceField(
            label=self.fields["stage"].label, required=False, choices=stage_choices(present, names[pipeline]),
            widget=UnfoldAdminSelectWidget(),
            error_messages={"invalid_choice": _("Choose one of the stages of this pipeline.")},
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        created, closed = values.get("created_on"), values.get("closed_on")
        if created and closed and closed < created:
            self.add_error("closed_on", ValidationError(_("A deal cannot be closed before it was created.")))
        if "stage" in self.changed_data and "status" not in self.changed_data:
            values["status"] = self._status_of(values) or values.get("status")
        if values.get("status") in CLOSED:
            values["closed_on"] = closed or timezone.localdate()
        elif "status" in values and "closed_on" not in self.changed_data:
            values["closed_on"] = None
        return values

    def _status_of(self, values: dict[str, Any]) -> str | None:
        client = values["client"].pk if values.get("client") else self.instance.client_id
        stages = Stage.objects.filter(client=client, name=values.get("stage"))
        named = stages.filter(pipeline=values.get("pipeline") or "")
        return (named or stages).values_list("status", flat=True).first()
