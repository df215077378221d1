"""Amounts in the client's currency, by the rate of their day."""

from bisect import bisect_right
from collections import defaultdict
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from integrations.crm.importing.values.errors import RefusedError
from integrations.crm.importing.values.numbers import DOLLARS, Money
from integrations.crm.models import ExchangeRate
from salesiq.people.models import Client


class Exchange:
    """The client's rates, read once."""

    def __init__(self, client: Client, *, default: str = "") -> None:
        self.home = client.currency
        self.default = default
        self._rates: dict[str, list[tuple[date, Decimal]]] = defaultdict(list)
        rates = ExchangeRate.objects.filter(client=client).order_by("currency", "since")
        for currency, since, rate in rates.values_list("currency", "since", "rate"):
            self._rates[currency].append((since, rate))

    def currency_of(self, money: Money, said: str | None) -> str:
        """The ISO code: of the row's own column, of the amount, of the file, of the client."""
        code = said or money.currency or self.default or self.home
        if code == "$":
            return self.home if self.home in DOLLARS else "USD"
        return code

    def value(self, amount: Decimal, currency: str, day: date | None, today: date) -> Decimal:
        """`amount` in the client's currency on `day`. Raises RefusedError: no rate says what it is worth."""
        if not currency or not self.home or currency == self.home:
            return amount
        rates = self._rates.get(currency, [])
        place = bisect_right(rates, day or today, key=lambda rate: rate[0])
        if not place:
            raise RefusedError(
                _("No exchange rate says what %(currency)s is in %(home)s. Add one under CRM, Exchange rates.")
                % {"currency": currency, "home": self.home}
            )
        return (amount * rates[place - 1][1]).quantize(Decimal("0.01"), ROUND_HALF_UP)
