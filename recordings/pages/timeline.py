"""What the player draws: two lanes of sound, and the moments worth a look."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from recordings.models import SalesCall
from recordings.pages.insights import compliance_tone
from recordings.pages.labels import COMPLIANCE, OBJECTIONS, label
from recordings.pages.places import Places
from recordings.pages.transcript import redaction_name, speaker_names

SIDES = ("agent", "customer")
# An hour has 72,000 a lane; the widest screens show fewer bars than this.
MOST_PEAKS = 1800


def timeline(call: SalesCall, document: Mapping[str, Any]) -> dict[str, Any]:
    """`duration` in seconds; `lanes` of {role, name, peaks 0..100}; `moments` of {time, kind, text, anchor}.

    `masks` are stretches that are masked.
    """
    duration = float(call.call_duration or 0.0)
    recording = getattr(call, "recording", None)
    return {
        "duration": duration,
        "lanes": _lanes(call, document, [thinned(lane) for lane in recording.peaks] if recording else [], duration),
        "moments": _moments(document),
        "masks": _masks(document),
    }


def thinned(peaks: Sequence[int], most: int = MOST_PEAKS) -> list[int]:
    """At most `most` values, each the highest of those it stands for."""
    if len(peaks) <= most:
        return list(peaks)
    edges = [index * len(peaks) // most for index in range(most + 1)]
    return [max(peaks[start:end]) for start, end in pairwise(edges)]


def _masks(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Stretches of sound that are masked, as {start, end, text}."""
    return [
        {"start": start, "end": end, "text": _("Masked: %(what)s") % {"what": redaction_name(redaction)}}
        for redaction in document.get("redactions", ())
        if redaction["sound"]
        for start, end in redaction["times"]
    ]


def _lanes(
    call: SalesCall, document: Mapping[str, Any], peaks: list[list[int]], duration: float
) -> list[dict[str, Any]]:
    """The agent above, the customer below; where nobody knows who is who, the first two voices."""
    utterances = document["utterances"]
    names = speaker_names(call, utterances)
    roles = {utterance["role"] for utterance in utterances}
    by = "role" if roles & set(SIDES) else "speaker"
    sides = list(SIDES) if by == "role" else list(names)[:2]
    top = max((max(channel, default=0) for channel in peaks), default=0) or 1
    lanes = []
    for side in sides:
        own = [utterance for utterance in utterances if utterance[by] == side]
        sound = _sound_of(own, peaks, duration)
        lanes.append(
            {
                "role": side if by == "role" else "unknown",
                "name": names[own[0]["speaker"]] if own else "",
                "peaks": [round(100 * peak / top) for peak in sound],
            }
        )
    return lanes


def _sound_of(own: list[Mapping[str, Any]], peaks: list[list[int]], duration: float) -> list[int]:
    """One side's sound: its channel where it has its own, otherwise the call's sound while that side speaks."""
    if not peaks or not peaks[0]:
        return []
    channels = {utterance["channel"] for utterance in own}
    if len(peaks) > 1 and len(channels) == 1 and (channel := channels.pop()) is not None and channel < len(peaks):
        return peaks[channel]
    mixed = [max(step) for step in zip(*peaks, strict=False)]
    heard = [0] * len(mixed)
    for utterance in own:
        first = int(utterance["start"] / duration * len(mixed)) if duration else 0
        last = int(utterance["end"] / duration * len(mixed)) if duration else 0
        heard[first : last + 1] = mixed[first : last + 1]
    return heard


def _moments(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    place = Places(document)
    found = []
    for objection in document["objections"]:
        tone = "objection" if objection["handled"] else "open-objection"
        text = _("Objection: %(kind)s") % {"kind": label(OBJECTIONS, objection["kind"])}
        found.append((objection["utterance"], tone, text))
    for promise in document["follow_ups"]:
        found.append((promise["utterance"], "promise", promise["text"]))
    for finding in document["compliance"]:
        tone = {"bad": "violation", "caution": "caution"}.get(compliance_tone(finding), "compliance")
        found.append((finding["utterance"], tone, label(COMPLIANCE, finding["kind"])))
    moments = [(place(position), kind, text) for position, kind, text in found]
    return [
        {"time": where.seconds, "anchor": where.anchor, "kind": kind, "text": f"{where.clock} {text}"}
        for where, kind, text in moments
        if where
    ]
