"""Numbers as people read them."""

from django.utils.formats import number_format


def clock(seconds: float | None) -> str:
    """Seconds as `m:ss`, or `h:mm:ss` from an hour on; an en dash for None."""
    if seconds is None:
        return "–"
    whole = max(0, int(seconds))
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


def percent(share: float | None) -> str:
    """A share of 0 to 1 as a whole per cent, with the narrow no-break space of the SI; an en dash for None."""
    return "–" if share is None else f"{share * 100:.0f}\N{NARROW NO-BREAK SPACE}%"


def decimal(value: float | None, places: int = 1) -> str:
    """A number with the reader's decimal mark; an en dash for None."""
    return "–" if value is None else str(number_format(round(value, places), places))


def signed(value: float | None) -> str:
    """A sentiment of -1 to 1 with its sign, e.g. `+0.4`; an en dash for None."""
    if value is None:
        return "–"
    rounded = round(value, 1)
    sign = "+" if rounded > 0 else "\N{MINUS SIGN}" if rounded < 0 else ""
    return f"{sign}{decimal(abs(rounded))}"
