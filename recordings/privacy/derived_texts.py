"""Texts that were drawn from a transcript: when words are masked there, they go from all of these as well."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models

from prompts.forgetting import mask_subject
from recordings.language.personal_data.detect import find_personal_data
from recordings.language.personal_data.masks import MASK, dots, mask_text
from recordings.language.personal_data.sweep import sweep_text
from recordings.language.types import Line
from recordings.models import CallAnalysis, CoachingPoint, CoachingSession, SalesCall, ScoreItem, Transcript
from recordings.privacy.call_keepers import mask_elsewhere
from recordings.privacy.masking_rules import MaskingRules
from recordings.privacy.review_texts import mask_review_texts

SHORTEST_SECRET = 3
QUOTING: Mapping[str, Sequence[str]] = {
    "intents": ("quote",),
    "objections": ("quote", "reason"),
    "compliance": ("quote", "reason"),
    "follow_ups": ("text",),
    "corrections": ("machine_text", "text"),
    "golden_examples": ("machine_answer", "answer", "reason"),
    "agreed_answers": ("reason",),
    "moments": ("title", "note"),
}
MEASURES = ("talk", "sentiment", "script", "summary", "conversion", "proposed_outcome")


@dataclass(frozen=True, slots=True)
class Change:
    """A line of the transcript before and after it was masked; both are equally long."""

    position: int
    before: str
    after: str


class Masker:
    """Masks in any text what was masked in the lines it may have been drawn from."""

    def __init__(self, changes: Sequence[Change]) -> None:
        self._changes = changes
        secrets = {secret for change in changes for secret in _secrets(change)}
        ordered = sorted(secrets, key=len, reverse=True)
        source = "|".join(rf"(?<!\w){re.escape(secret)}(?!\w)" for secret in ordered)
        self._pattern = re.compile(source, re.IGNORECASE) if ordered else None

    def __call__(self, text: str) -> str:
        for change in self._changes:
            if text and (at := change.before.find(text)) >= 0:
                text = change.after[at : at + len(text)]
            elif change.before in text:
                text = text.replace(change.before, change.after)
        return self._pattern.sub(lambda found: dots(found.group()), text) if self._pattern else text


def _secrets(change: Change) -> Iterator[str]:
    """What stood where dots stand now, as far as it is long enough to be looked for elsewhere."""
    for found in re.finditer(rf"{MASK}(?:[^\w{MASK}]*{MASK})*", change.after):
        secret = change.before[found.start() : found.end()]
        if MASK not in secret and sum(map(str.isalnum, secret)) >= SHORTEST_SECRET:
            yield secret


def mask_derived(call: SalesCall, changes: Sequence[Change]) -> None:
    """Mask findings, measures, reasons and entities of `call`. Part of the caller's transaction."""
    mask = Masker(changes)
    for name, fields in QUOTING.items():
        for row in getattr(call, name).all():
            _save_masked(row, fields, mask)
    for item in ScoreItem.objects.filter(score__call=call):
        _save_masked(item, ("reason",), mask)
    for point in CoachingPoint.objects.filter(call=call):
        _save_masked(point, ("text",), mask)
    for session in CoachingSession.objects.filter(points__call=call).distinct():
        _save_masked(session, ("title", "notes", "private_notes"), mask)
    for transcript in Transcript.objects.filter(call=call):
        _save_masked(transcript, ("role_reason",), mask)
    for analysis in CallAnalysis.objects.filter(call=call):
        _save_masked(analysis, ("score_reason", *MEASURES), mask)
    _save_masked(call, ("outcome_reason",), mask)
    mask_review_texts(call, mask)
    mask_subject(client=call.client, kind="call", subject_id=call.pk, walk=lambda value: _walk(value, mask))
    mask_elsewhere(call, lambda value: _walk(value, mask))
    _mask_entities(call, changes, mask)


def _mask_entities(call: SalesCall, changes: Sequence[Change], mask: Masker) -> None:
    """An entity that was masked is none any more; others may name what was masked in their value."""
    after = {change.position: change.after for change in changes}
    for entity in call.entities.select_related("utterance"):
        text = after.get(entity.utterance.position, "") if entity.utterance else ""
        if MASK in text[entity.start : entity.end]:
            entity.delete()
        else:
            _save_masked(entity, ("text", "value"), mask)


def _save_masked(row: models.Model, fields: Sequence[str], mask: Callable[[str], str]) -> None:
    changed = []
    for name in fields:
        value = getattr(row, name)
        masked = _walk(value, mask)
        if masked != value:
            setattr(row, name, masked)
            changed.append(name)
    if changed:
        row.save(update_fields=changed)


def _walk(value: Any, mask: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, dict):
        return {key: _walk(item, mask) for key, item in value.items()}
    return [_walk(item, mask) for item in value] if isinstance(value, list) else value


def mask_written(text: str, language: str, rules: MaskingRules) -> str:
    """A text that somebody typed, such as a note, masked by the same rules; an unknown language is read as English."""
    if not text:
        return text
    lines = text.split("\n")
    found = find_personal_data(
        [Line(at, "unknown", float(at), float(at), line) for at, line in enumerate(lines)],
        language or "en",
        kinds=rules.text_kinds,
        countries=rules.countries,
    )
    for data in found:
        for span in data.spans:
            lines[span.line] = mask_text(lines[span.line], [span])
    masked = "\n".join(lines)
    return mask_text(masked, sweep_text(masked)) if "card" in rules.text_kinds else masked


def mask_what_was_typed(call: SalesCall, language: str, rules: MaskingRules) -> list[str]:
    """Mask title and notes of `call` in place; the names of the fields that changed, for the caller to save."""
    changed = []
    for name in ("title", "notes"):
        before = getattr(call, name)
        after = mask_written(before, language, rules)
        if after != before:
            setattr(call, name, after)
            changed.append(name)
    return changed
