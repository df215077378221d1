"""The ledger of paid requests, to look at. What was asked and answered is not in it."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from prompts.models import ExchangeStatus, ModelExchange
from salesiq.people.backoffice import ScopedModelAdmin, ScopedRelatedFilter
from salesiq.people.roles import Capability

# unfold's decorator asks for plain text; a lazy one keeps its language open until it is shown.
_lazy: Any = gettext_lazy
COLOURS: dict[str, str] = {
    ExchangeStatus.RESERVED: "info",
    ExchangeStatus.OK: "success",
    ExchangeStatus.FAILED: "danger",
    ExchangeStatus.CANCELLED: "default",
}


@admin.register(ModelExchange)
class ModelExchangeAdmin(ScopedModelAdmin):
    view_capability = Capability.MANAGE_MODELS
    list_display = ["created_at", "state", "model_name", "purpose", "prompt", "tokens", "price", "latency_ms",
                    "attempts", "error_kind", "client"]  # fmt: skip
    list_filter = ["status", "purpose", "from_cache", "created_at", ("provider", ScopedRelatedFilter),
                   ("client", ScopedRelatedFilter)]  # fmt: skip
    list_select_related = ["prompt", "client"]
    ordering = ["-created_at"]
    fields = [
        "client", "created_at", "status", "provider", "model_name", "purpose", "prompt", "attempts", "from_cache",
        "input_tokens", "cached_tokens", "output_tokens", "cost", "currency", "latency_ms", "first_token_ms",
        "finish_reason", "error_kind", "error",
    ]  # fmt: skip

    @display(description=_lazy("status"), label=COLOURS)
    def state(self, exchange: ModelExchange) -> tuple[str, str]:
        return exchange.status, exchange.get_status_display()

    @admin.display(description=gettext_lazy("tokens in and out"))
    def tokens(self, exchange: ModelExchange) -> str:
        return f"{exchange.input_tokens} / {exchange.output_tokens}"

    @admin.display(description=gettext_lazy("cost"), ordering="cost")
    def price(self, exchange: ModelExchange) -> str:
        return f"{exchange.cost.normalize():f} {exchange.currency}" if exchange.cost else "0"
