"""Bank accounts: IBAN by its check digits (ISO 13616), national numbers by theirs or by what is said before them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from stdnum import iban
from stdnum.ar import cbu
from stdnum.es import ccc

from recordings.language.personal_data.scene import Scene, cover, nearest_cue, sign_runs, signs_at
from recordings.language.personal_data.types import PersonalData
from recordings.language.spoken_digits import Digits, runs_of

_IBAN = re.compile(r"[a-z]{2}\d{2}[a-z0-9]{11,30}")
_LEAST, _MOST = 6, 24
_SURE_LENGTH = 20  # bare "счёт" or "cuenta" is an invoice as often as an account; twenty digits are an account
_RUSSIAN = re.compile(r"(?:40[5-8]|42[0-9]|30[1-2])\d{17}")


def find_bank_accounts(scene: Scene) -> Iterator[PersonalData]:
    """IBANs anywhere; runs of 6 to 24 digits after words such as "account number"; numbers that check by themselves."""
    yield from _ibans(scene)
    strong, weak = scene.cues("personal.bank"), scene.cues("personal.account")
    for run in runs_of(scene.digits, words_between=1):
        for part in _by_line(run):
            digits = "".join(token.digits for token in part)
            first = part[0]
            if nearest_cue(strong, first.line, first.start, within=2) and _LEAST <= len(digits) <= _MOST:
                yield PersonalData("bank_account", "account", cover(part), 0.9)
            elif country := _checks(digits):
                yield PersonalData("bank_account", "account", cover(part), 0.85, True, country)
            elif len(digits) == _SURE_LENGTH and nearest_cue(weak, first.line, first.start):
                yield PersonalData("bank_account", "account", cover(part), 0.8)


def _by_line(run: Sequence[Digits]) -> Iterator[list[Digits]]:
    """A run whole where it can be one account, else line by line and at each word between."""
    if sum(len(token.digits) for token in run) <= _MOST and not any(token.gap for token in run[1:]):
        yield list(run)
        return
    part: list[Digits] = []
    for token in run:
        if part and (token.line != part[-1].line or token.gap):
            yield part
            part = []
        part.append(token)
    yield part


def _checks(digits: str) -> str:
    """The country whose account number this is by its check digits; empty when it is none."""
    if len(digits) == 20 and ccc.is_valid(digits) and len(set(digits)) > 3:
        return "ES"
    if len(digits) == 22 and cbu.is_valid(digits) and len(set(digits)) > 3:
        return "AR"
    if len(digits) == 18 and _clabe_holds(digits) and len(set(digits)) > 3:
        return "MX"
    return "RU" if _RUSSIAN.fullmatch(digits) else ""


def _clabe_holds(digits: str) -> bool:
    """Mexico's CLABE: weights 3, 7, 1, each product modulo 10 (Banco de México, circular 3/2012)."""
    total = sum(int(digit) * (3, 7, 1)[at % 3] % 10 for at, digit in enumerate(digits[:17]))
    return (10 - total % 10) % 10 == int(digits[17])


def _ibans(scene: Scene) -> Iterator[PersonalData]:
    cues = scene.phrase_cues(("iban", "i b a n", "ибан", "и бан"))
    for run in sign_runs(scene.signs):
        text = "".join(sign.text for sign in run)
        for found in _IBAN.finditer(text):
            ends = [
                end for end in range(found.end(), found.start() + 14, -1) if iban.is_valid(text[found.start() : end])
            ]
            if ends:
                signs = signs_at(run, found.start(), ends[0])
                yield PersonalData("bank_account", "iban", cover(signs), 0.97, True, text[found.start() :][:2].upper())
            elif nearest_cue(cues, run[0].line, run[0].end):
                yield PersonalData("bank_account", "iban", cover(signs_at(run, found.start(), found.end())), 0.8)
