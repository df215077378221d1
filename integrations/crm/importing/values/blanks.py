"""What people and programs write where there is nothing to write."""

_NOTHING = {
    "", "-", "--", "—", "–", "?", ".", "n/a", "#n/a", "n.a.", "n/d", "n.d.", "s/d", "н/д", "null", "none", "nil", "nan",
    "undefined", "(blank)", "(empty)", "(none)", "[null]", "<null>", "\\n", "#value!", "#ref!", "#div/0!", "#name?",
    "нет данных", "не указано", "не задано", "sin datos", "not set", "not provided", "no value",
}  # fmt: skip
_NOTHING_BUT_IN_TEXTS = {"na", "nd", "unknown", "неизвестно", "desconocido"}
"""A region may be called NA, and a customer's source may be unknown; a number or a day may not."""


def is_blank(text: str, *, is_text: bool = False) -> bool:
    """Whether `text` stands for no value."""
    plain = text.strip().casefold()
    return plain in _NOTHING or (not is_text and plain in _NOTHING_BUT_IN_TEXTS)
