"""Texts of a call as prompts may send them: masked beyond what the workspace masks for its own people.

What is stored is masked by the client's policy already. A model may be anybody's, so that for prompts all that
identifies or reaches a person is masked too: numbers, dates of birth, phones, addresses. Names are masked where the
policy masks names.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from recordings.language.personal_data.types import KINDS
from recordings.models import SalesCall, Utterance
from recordings.privacy.derived_texts import Change, Masker, mask_written
from recordings.privacy.masking_rules import MaskingRules, policy_of, rules_of
from recordings.privacy.spoken import mask_speech, pieces_of_utterances
from salesiq.people.models import Client

NAME = "name"
MASKED = "•••"
WITHOUT_NAMES = frozenset(KINDS) - {NAME}


class CallTexts:
    """Texts of one call, masked or as they are stored."""

    def __init__(self, call: SalesCall, *, redacted: bool, rows: Sequence[Utterance]) -> None:
        self.call, self.redacted, self.rows = call, redacted, rows
        self.rules = rules_for_prompts(call) if redacted else rules_of(call)
        self.lines = [row.text for row in rows]
        self._masker: Masker | None = None
        if redacted and rows:
            self._mask_lines()

    def _mask_lines(self) -> None:
        pieces, _marks = mask_speech(
            pieces_of_utterances(self.rows), call=self.call, language=self.call.language or "en", rules=self.rules
        )
        self.lines = [piece.text for piece in pieces]
        changed = zip(self.rows, self.lines, strict=True)
        self._masker = Masker([Change(row.position, row.text, line) for row, line in changed if row.text != line])

    def drawn(self, value: Any) -> Any:
        """Texts that were drawn from the transcript, masked as their lines are."""
        if self._masker is None or value is None:
            return value
        if isinstance(value, str):
            return self._masker(value)
        if isinstance(value, dict):
            return {key: self.drawn(each) for key, each in value.items()}
        return [self.drawn(each) for each in value] if isinstance(value, list) else value

    def written(self, text: str) -> str:
        """A text that somebody typed."""
        return mask_written(text, self.call.language, self.rules) if self.redacted else text

    def name(self, name: str) -> str:
        """The name of a person."""
        return MASKED if self.redacted and name and NAME in self.rules.text_kinds else name

    def contact(self, value: str) -> str:
        """What reaches a person: a telephone number, an address."""
        return MASKED if self.redacted and value else value


class ClientTexts:
    """Texts of a client's other records, masked as those of its calls are."""

    def __init__(self, client: Client, *, redacted: bool) -> None:
        self.redacted = redacted
        policy = policy_of(client)
        self.rules = MaskingRules(
            text_kinds=frozenset(policy.text_kinds) | WITHOUT_NAMES,
            sound_kinds=frozenset(),
            sound_mask="",
            all_channels=False,
            keep_original=False,
            countries=tuple(sorted(policy.countries)),
        )

    def written(self, text: str) -> str:
        """A text that somebody typed or another system sent."""
        return mask_written(text, "", self.rules) if self.redacted else text

    def name(self, name: str) -> str:
        return MASKED if self.redacted and name and NAME in self.rules.text_kinds else name

    def contact(self, value: str) -> str:
        return MASKED if self.redacted and value else value


def rules_for_prompts(call: SalesCall) -> MaskingRules:
    """The call's rules, and every kind besides names on top."""
    rules = rules_of(call)
    return replace(rules, text_kinds=rules.text_kinds | WITHOUT_NAMES)
