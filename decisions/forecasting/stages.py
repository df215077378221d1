"""The stage table of the sales handbook, and which of its stages a client's own stage counts as. Pure."""

import re
from decimal import Decimal

from decisions.models import StageKind

CHANCES = {
    StageKind.QUALIFICATION: Decimal("0.10"),
    StageKind.DISCOVERY: Decimal("0.25"),
    StageKind.PROPOSAL: Decimal("0.50"),
    StageKind.NEGOTIATION: Decimal("0.75"),
    StageKind.CLOSING: Decimal("0.90"),
}
# Beginnings of words in English, Spanish and Russian; of two kinds that match the later stands.
_NAMES = {
    StageKind.QUALIFICATION: (
        "qualif prospect lead inquir enquir new incoming contact calific nuev consulta квалиф нов заявк лид контакт"
    ),
    StageKind.DISCOVERY: (
        "discover engag need demo visit meeting present analys descubr necesid visita reuni выявл потребн демо встреч "
        "презент замер"
    ),
    StageKind.PROPOSAL: ("propos quot offer estimat propuest cotiz oferta presupuest предлож кп смет расч"),
    StageKind.NEGOTIATION: "negot review approv object negoc revis перегов соглас торг",
    StageKind.CLOSING: (
        "clos contract sign legal verbal commit order payment invoice cierr contrat firma pago factur закры договор "
        "контракт подпис оплат счет счёт"
    ),
}
_PATTERNS = {kind: re.compile(rf"(?<!\w)(?:{names.replace(' ', '|')})") for kind, names in _NAMES.items()}


def guess_kind(name: str, *, place: int, of: int) -> StageKind:
    """By the name; where that says nothing, by its `place` (from 0) among the `of` open stages of its pipeline."""
    found = [kind for kind, pattern in _PATTERNS.items() if pattern.search(name.casefold())]
    if found:
        return found[-1]
    kinds = list(CHANCES)
    share = place / (of - 1) if of > 1 else 0.0
    return kinds[min(int(share * len(kinds)), len(kinds) - 1)]
