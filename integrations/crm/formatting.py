"""Amounts as people read them."""

from decimal import Decimal

from django.utils.formats import number_format


def money(amount: Decimal | None, currency: str) -> str:
    """An amount with its currency, without cents that are none; a dash where it is not known."""
    if amount is None:
        return "–"
    places = 0 if amount == amount.to_integral_value() else 2
    return f"{number_format(amount, places, force_grouping=True)} {currency}".strip()
