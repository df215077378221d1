"""The call of a review as one compact document: sound to draw, lines to read, comments and corrections.

An hour of talk is some nine hundred lines of thirteen thousand words; written as elements they would weigh a megabyte.
Here a word is three small numbers, and the page makes elements of the lines that are in sight.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Prefetch

from recordings.document import findings_document, readable_utterances
from recordings.language.personal_data.masks import MASK
from recordings.models import Objection, SalesCall, Utterance, UtteranceCorrection
from recordings.models.call import SalesCallQuerySet
from recordings.pages.labels import ROLES, label
from recordings.pages.review.bands import Stretch, overlaps, silences
from recordings.pages.timeline import timeline
from recordings.pages.transcript import UNSURE_WORD, feeling_of, line_marks, masked_name, speaker_names
from recordings.pipeline.corrections import covers_exactly

# Nearer than an ear tells; lines.js counts the same.
TICKS_A_SECOND = 20


def with_words(calls: SalesCallQuerySet) -> SalesCallQuerySet:
    """`calls` with everything that `call_data` reads, in a fixed number of queries."""
    related: list[Any] = [
        "utterances",
        "intents__utterance",
        "entities__utterance",
        "topics__utterance",
        "compliance__utterance",
        "follow_ups__utterance",
        Prefetch("objections", Objection.objects.select_related("utterance", "answer")),
        Prefetch("corrections", UtteranceCorrection.objects.select_related("corrected_by")),
    ]
    return calls.select_related("analysis").prefetch_related(*related)


def call_data(call: SalesCall) -> dict[str, Any]:
    """`player` as the waveform reads it, `lines` as `lines.js` reads them. `call` comes from `with_words`."""
    utterances = list(readable_utterances(call))
    document = _document(call, utterances)
    player = {**timeline(call, document), "bands": _bands(call, utterances)}
    return {"player": player, "lines": _lines(call, utterances, document)}


def _document(call: SalesCall, utterances: Iterable[Utterance]) -> dict[str, Any]:
    """The part of the analysis document that timeline and marks read, without its words."""
    analysis = getattr(call, "analysis", None)
    names = ("speaker", "role", "channel", "start", "end")
    return {
        "language": call.language,
        "utterances": [{name: getattr(each, name) for name in names} for each in utterances],
        "redactions": analysis.redactions if analysis else [],
        **findings_document(call),
    }


def _bands(call: SalesCall, utterances: Sequence[Utterance]) -> dict[str, list[Stretch]]:
    voices: defaultdict[str, list[Stretch]] = defaultdict(list)
    moods: defaultdict[str, list[Stretch]] = defaultdict(list)
    for each in utterances:
        voices[each.speaker].append((each.start, each.end))
        if mood := _feeling(each):
            moods[mood].append((each.start, each.end))
    everything = [stretch for voice in voices.values() for stretch in voice]
    found = {
        "silence": silences(everything, call.call_duration or 0.0) if everything else [],
        "overlap": overlaps(list(voices.values())),
        "positive": moods["positive"],
        "negative": moods["negative"],
    }
    return {name: [(round(start, 1), round(end, 1)) for start, end in those] for name, those in found.items()}


def _feeling(utterance: Utterance) -> str:
    if utterance.sentiment is None:
        return ""
    return feeling_of({"score": utterance.sentiment, "confidence": utterance.sentiment_confidence})


def _lines(call: SalesCall, utterances: Sequence[Utterance], document: Mapping[str, Any]) -> list[dict[str, Any]]:
    names = speaker_names(call, document["utterances"])
    marks = line_marks(document)
    masks: defaultdict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for redaction in document["redactions"]:
        for position in redaction["utterances"] if redaction["text"] else ():
            masks[position].append(redaction)
    corrections = list(call.corrections.all())
    lines = []
    for each in utterances:
        line: dict[str, Any] = {
            "p": each.position,
            "s": round(each.start, 2),
            "e": round(each.end, 2),
            "r": each.role,
            "n": names[each.speaker],
            "t": each.text,
            **_words(each, masks[each.position]),
        }
        if mood := _feeling(each):
            line["f"] = mood
        if found := marks[each.position]:
            line["m"] = [[mark.text, mark.tone, int(mark.weak)] for mark in found]
        if correction := _correction_of(each, corrections):
            line["c"] = correction
        lines.append(line)
    return lines


def _words(utterance: Utterance, masks: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """`d`: for each word of the text the twentieths of a second since the word before.

    Where the words are not the text's, `w` instead: for each the characters since the last, its length, and the time.
    `u` are the numbers of words heard with doubt, `x` what was masked by the number of the word.
    """
    places: list[int] = []
    unsure: list[int] = []
    masked: dict[int, str] = {}
    cursor, before = 0, _ticks(utterance.start)
    for start, _end, text, probability in utterance.words:
        spoken = text.strip()
        at = utterance.text.find(spoken, cursor) if spoken else -1
        if at < 0:
            continue
        number = len(places) // 3
        places += [at - cursor, len(spoken), _ticks(start) - before]
        cursor, before = at + len(spoken), _ticks(start)
        if MASK in spoken:
            masked[number] = masked_name(start, masks)
        elif probability < UNSURE_WORD:
            unsure.append(number)
    whole = places[1::3] == [len(word) for word in utterance.text.split(" ")]
    found = {"d": places[2::3] if whole else [], "w": [] if whole else places, "u": unsure, "x": masked}
    return {name: value for name, value in found.items() if value}


def _ticks(seconds: float) -> int:
    return round(seconds * TICKS_A_SECOND)


def _correction_of(utterance: Utterance, corrections: Iterable[UtteranceCorrection]) -> dict[str, str] | None:
    """Who put this line right and what had been heard, where somebody did."""
    for correction in corrections:
        if covers_exactly(utterance, correction) and _is_other(correction):
            by = correction.corrected_by
            return {
                "text": correction.machine_text,
                "role": label(ROLES, correction.machine_role),
                "by": by.get_full_name() or by.get_username() if by else "",
            }
    return None


def _is_other(correction: UtteranceCorrection) -> bool:
    """Whether it says something else than the machine; a line that was found right is kept as one, too."""
    said, heard = (correction.text, correction.role), (correction.machine_text, correction.machine_role)
    return said != heard
