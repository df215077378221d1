"""Ids of rows as people and programs write them."""

from uuid import UUID


def is_id(text: str) -> bool:
    """Whether `text` may be the id of a row: a query for anything else is an error of the database."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True
