"""What people put right, laid over a transcript that a machine made: their words win, wherever its lines now begin."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction

from recordings.language.personal_data.masks import MASK
from recordings.models import Hearing, SalesCall, Transcript, Utterance, UtteranceCorrection
from recordings.speech.evaluation import count_errors
from recordings.speech.retiming import StoredWord, bare, retime

SAME_TIME = 0.005  # seconds; stored times have two decimals
EDGE = 0.4  # seconds by which two recognisers may differ on where a word stands


@dataclass(slots=True)
class Laid:
    """Lines with corrections in their places. `changed` are corrections whose machine's side is another now."""

    rows: list[Utterance]
    changed: list[UtteranceCorrection] = field(default_factory=list)

    @property
    def moved(self) -> bool:
        """Whether lines were cut or made, so that all have to be written anew."""
        return any(row.pk is None for row in self.rows)


def corrections_digest(call: SalesCall) -> str:
    """What the corrections of `call` say, in few characters; empty without any."""
    rows = UtteranceCorrection.objects.filter(call=call).order_by("start", "end", "channel")
    content = [list(row) for row in rows.values_list("start", "end", "channel", "text", "role")]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:16] if content else ""


def lay_corrections(rows: Sequence[Utterance], corrections: Sequence[UtteranceCorrection], model_name: str) -> Laid:
    """`rows` as people put them right. Laid over again, nothing changes.

    A line that begins and ends where a correction does and says the same is left as it is. Otherwise the words that
    were spoken within the correction's time on its channel give way to it, and lines that reach beyond it keep the
    rest. What the recogniser `model_name` heard there becomes the machine's side.
    """
    laid = Laid(sorted(rows, key=_place))
    for correction in corrections:
        same = next((row for row in laid.rows if covers_exactly(row, correction)), None)
        if same is None or (same.text, same.role) != (correction.text, correction.role):
            _lay(laid, correction)
        elif correction.model_name != model_name:  # another one heard it right
            correction.machine_text, correction.machine_role = same.text, same.role
            correction.machine_speaker = same.speaker
        else:
            continue
        correction.model_name = model_name
        laid.changed.append(correction)
    laid.rows.sort(key=_place)
    for position, row in enumerate(laid.rows):
        row.position = position
    return laid


def covers_exactly(row: Utterance, correction: UtteranceCorrection) -> bool:
    """Whether the line stands where the correction does."""
    same = abs(row.start - correction.start) < SAME_TIME and abs(row.end - correction.end) < SAME_TIME
    return same and (row.channel or 0) == correction.channel


def _place(row: Utterance) -> tuple[float, str]:
    return row.start, row.speaker


def _lay(laid: Laid, correction: UtteranceCorrection) -> None:
    window = _window(laid.rows, correction)
    kept: list[Utterance] = []
    heard: list[tuple[StoredWord, Utterance]] = []
    for row in laid.rows:
        inside = [(word, row) for word in row.words if window[0] <= _middle(word) <= window[1]]
        if (row.channel or 0) != correction.channel or not (inside or covers_exactly(row, correction)):
            kept.append(row)
            continue
        heard += inside
        kept += _rest(row, window)
    heard.sort(key=lambda each: float(each[0][0]))
    correction.machine_text = " ".join(str(word[2]) for word, _ in heard)
    owner = max((row for _, row in heard), key=lambda row: _overlap(row, correction), default=None)
    if owner is not None:
        correction.machine_role, correction.machine_speaker = owner.role, owner.speaker
    speaker = speaker_for(correction.role, laid.rows, owner)
    mono = all(row.channel is None for row in laid.rows)
    words = retime([word for word, _ in heard], correction.text, start=correction.start, end=correction.end)
    corrected = Utterance(
        call_id=correction.call_id, speaker=speaker, role=correction.role, start=correction.start, end=correction.end,
        channel=None if mono else correction.channel, text=correction.text, words=words,
    )  # fmt: skip
    laid.rows = [*kept, corrected]


def _window(rows: Sequence[Utterance], correction: UtteranceCorrection) -> tuple[float, float]:
    """The correction's time, and the word before or after it where that is its own first or last one heard aside."""
    start, end, typed = correction.start, correction.end, correction.text.split()
    words = sorted(
        (word for row in rows if (row.channel or 0) == correction.channel for word in row.words), key=_middle
    )
    inside = [at for at, word in enumerate(words) if start <= _middle(word) <= end]
    if not inside or not typed:
        return start, end
    first, last = inside[0], inside[-1]
    if first and bare(words[first][2]) != bare(typed[0]) == bare(words[first - 1][2]):
        start = max(start - EDGE, min(start, _middle(words[first - 1])))
    if last + 1 < len(words) and bare(words[last][2]) != bare(typed[-1]) == bare(words[last + 1][2]):
        end = min(end + EDGE, max(end, _middle(words[last + 1])))
    return start, end


def _middle(word: StoredWord) -> float:
    return (float(word[0]) + float(word[1])) / 2


def _overlap(row: Utterance, correction: UtteranceCorrection) -> float:
    return min(row.end, correction.end) - max(row.start, correction.start)


def _rest(row: Utterance, window: tuple[float, float]) -> list[Utterance]:
    """What was said in the line before and after the window, as lines of their own."""
    before = [word for word in row.words if _middle(word) < window[0]]
    after = [word for word in row.words if _middle(word) > window[1]]
    return [
        Utterance(
            call_id=row.call_id, speaker=row.speaker, role=row.role, channel=row.channel, words=words,
            start=words[0][0], end=max(words[0][0], words[-1][1]), text=" ".join(str(word[2]) for word in words),
        )
        for words in (before, after) if words
    ]  # fmt: skip


def speaker_for(role: str, rows: Sequence[Utterance], owner: Utterance | None) -> str:
    """The name of the voice that has `role`: the line's own where it fits, else that of most lines with the role."""
    if owner is not None and owner.role == role:
        return owner.speaker
    names = [row.speaker for row in rows if row.role == role]
    if names:
        return max(names, key=names.count)
    return owner.speaker if owner is not None else "S1"


def note_hearings(corrections: Sequence[UtteranceCorrection]) -> None:
    """Measure what the machine heard against what people say was said. Part of the caller's transaction.

    Words that were masked on either side are not compared: nobody can tell any more whether they were heard right.
    """
    with transaction.atomic():
        for correction in corrections:
            words, errors = count_errors(_unmasked(correction.text), _unmasked(correction.machine_text))
            seconds = max(0.0, correction.end - correction.start)
            wrong = seconds if correction.role != correction.machine_role else 0.0
            Hearing.objects.update_or_create(
                correction=correction,
                model_name=correction.model_name,
                defaults={"words": words, "errors": errors, "seconds": seconds, "wrong_seconds": wrong},
            )


def _unmasked(text: str) -> str:
    return " ".join(word for word in text.split() if MASK not in word)


def model_of(call: SalesCall) -> str:
    """The recogniser whose words stand in the transcript."""
    return Transcript.objects.filter(call=call).values_list("model_name", flat=True).first() or ""
