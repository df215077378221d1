"""What an event may say besides who, what and when: ids, codes, counts. Never a name, a title, a text or a search."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

import structlog

# Ids, codes and times have no spaces, no “@”, no leading “+”; names, texts, e-mail addresses and phone numbers do.
_CODE = re.compile(r"(?!\+)[A-Za-z0-9_.:/+-]{0,100}", re.ASCII)
WITHHELD = "withheld"

log = structlog.get_logger(__name__)


def clean_details(details: Mapping[str, Any] | None, *, action: str) -> dict[str, Any]:
    """`details` as JSON that comes back from either database as it went in.

    A text that is no id or code is replaced by “withheld”, and the log says which key of which action tried: the
    trail can never be corrected, so it is kept clean at the door. Fractions become texts, since databases spell
    numbers differently.

    Raises:
        TypeError: a value that is no JSON, which is a mistake in the code.
    """
    return {str(key): _clean(value, f"{action}.{key}") for key, value in (details or {}).items()}


def code_or_withheld(text: str) -> str:
    """`text` where it is an id or a code."""
    return text if _CODE.fullmatch(text) else WITHHELD


def _clean(value: Any, where: str) -> Any:
    if isinstance(value, Enum):
        value = value.value
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str | UUID | float):
        return _told(str(value), where)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {_told(str(key), where): _clean(inner, where) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean(inner, where) for inner in value]
    raise TypeError(
        f"{where} cannot be filed in the audit trail: {type(value).__name__} is neither id, code nor count."
    )


def _told(text: str, where: str) -> str:
    kept = code_or_withheld(text)
    if kept != text:
        log.error("audit_detail_withheld", where=where)
    return kept
