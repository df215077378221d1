"""The transcript as the page shows it: who says what, when, and what was found in it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from recordings.language.personal_data.masks import MASK
from recordings.models import SalesCall
from recordings.pages.doubts import Doubts, is_weak
from recordings.pages.formatting import clock
from recordings.pages.insights import compliance_tone
from recordings.pages.labels import COMPLIANCE, ENTITIES, INTENTS, MASKED, OBJECTIONS, ROLES, label

UNSURE_WORD = 0.5
FELT = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A chip below a line: `tone` is good, bad, caution, promise, tracker or plain."""

    text: str
    tone: str = "plain"
    weak: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """`starts_turn` is False where the same person goes on, so that the name stands once."""

    position: int
    role: str
    who: str
    start: float
    end: float
    clock: str
    html: SafeString
    feeling: str
    marks: list[Mark]
    starts_turn: bool


def transcript_lines(
    call: SalesCall, document: Mapping[str, Any], heard: Mapping[int, Sequence[str]] | None = None
) -> list[Line]:
    """One line per utterance of the analysis document; `heard` names the trackers of a line, by its position."""
    names = speaker_names(call, document["utterances"])
    marks = line_marks(document)
    for position, trackers in (heard or {}).items():
        marks[position] += [Mark(text=_("Tracker: %(name)s") % {"name": name}, tone="tracker") for name in trackers]
    entities = defaultdict(list)
    for entity in document["entities"]:
        entities[entity["utterance"]].append(entity)
    masks = defaultdict(list)
    for redaction in document.get("redactions", ()):
        for position in redaction["utterances"] if redaction["text"] else ():
            masks[position].append(redaction)
    lines, before = [], None
    for position, utterance in enumerate(document["utterances"]):
        lines.append(
            Line(
                position=position,
                role=utterance["role"],
                who=names[utterance["speaker"]],
                start=utterance["start"],
                end=utterance["end"],
                clock=clock(utterance["start"]),
                html=words_html(utterance["text"], utterance["words"], entities[position], masks[position]),
                feeling=feeling_of(utterance["sentiment"]),
                marks=marks[position],
                starts_turn=utterance["speaker"] != before,
            )
        )
        before = utterance["speaker"]
    return lines


def speaker_names(call: SalesCall, utterances: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Names of the call's speakers: people where they are known, numbered where a role has several voices."""
    known = {
        "agent": call.agent.name if call.agent else label(ROLES, "agent"),
        "customer": call.customer.name if call.customer else label(ROLES, "customer"),
    }
    roles: dict[str, str] = {}
    for utterance in utterances:
        roles.setdefault(utterance["speaker"], utterance["role"])
    names: dict[str, str] = {}
    seen: defaultdict[str, int] = defaultdict(int)
    for speaker, role in roles.items():
        seen[role] += 1
        name = known.get(role) or _("Speaker")
        several = role not in known or seen[role] > 1
        names[speaker] = f"{name} {seen[role]}" if several else name
    return names


def feeling_of(sentiment: Mapping[str, Any] | None) -> str:
    """`positive` or `negative` where a line is clearly so, otherwise empty."""
    if not sentiment or abs(sentiment["score"]) < FELT or is_weak(sentiment["confidence"]):
        return ""
    return "positive" if sentiment["score"] > 0 else "negative"


def words_html(
    text: str,
    words: Iterable[Mapping[str, Any]],
    entities: Iterable[Mapping[str, Any]],
    redactions: Sequence[Mapping[str, Any]] = (),
) -> SafeString:
    """`text`, each of its words in an element with its time. What lies between words stays as it is.

    Words the recogniser was unsure of and words of an entity carry classes. In the place of masked words stands once
    what was masked.
    """
    entities = list(entities)
    parts, cursor, chip, tail = [], 0, "", ""
    for word in words:
        spoken = word["text"].strip()
        at = text.find(spoken, cursor) if spoken else -1
        if at < 0:
            continue
        between, cursor = text[cursor:at], at + len(spoken)
        if MASK in spoken:
            name = masked_name(word["start"], redactions)
            if name != chip:
                parts += [escape(tail + between), _chip_html(word, name)]
            chip, tail = name, spoken[spoken.rindex(MASK) + 1 :]
            continue
        parts.append(escape(tail + between))
        chip, tail = "", ""
        parts.append(_word_html(word, spoken, [e for e in entities if e["start"] < cursor and at < e["end"]]))
    parts.append(escape(tail + text[cursor:]))
    return format_html_join("", "{}", ((part,) for part in parts))


def masked_name(time: float, redactions: Iterable[Mapping[str, Any]]) -> str:
    """What was masked at this moment, in a word or two."""
    for redaction in redactions:
        if any(start - 0.01 <= time <= end + 0.01 for start, end in redaction["times"]):
            return redaction_name(redaction)
    return _("masked")


def redaction_name(redaction: Mapping[str, Any]) -> str:
    kind = redaction["part"] if redaction["kind"] == "card" else redaction["kind"]
    return label(MASKED, kind)


def _chip_html(word: Mapping[str, Any], name: str) -> SafeString:
    title = _("Masked: %(what)s") % {"what": name}
    return format_html('<span class="w masked" data-t="{}" title="{}">{}</span>', f"{word['start']:.2f}", title, name)


def _word_html(word: Mapping[str, Any], spoken: str, entities: list[Mapping[str, Any]]) -> SafeString:
    classes, title = "w", ""
    if entities:
        classes += " entity"
        title = label(ENTITIES, entities[0]["kind"])
    if word["probability"] < UNSURE_WORD:
        classes += " unsure"
        title = _("Heard with %(share)s %% certainty") % {"share": round(word["probability"] * 100)}
    titled = format_html(' title="{}"', title) if title else ""
    return format_html('<span class="{}" data-t="{}"{}>{}</span>', classes, f"{word['start']:.2f}", titled, spoken)


def line_marks(document: Mapping[str, Any]) -> defaultdict[int | None, list[Mark]]:
    """Chips by the position of their line."""
    marks: defaultdict[int | None, list[Mark]] = defaultdict(list)
    doubt = Doubts(document["language"] or "")
    for intent in document["intents"]:
        marks[intent["utterance"]].append(
            Mark(text=label(INTENTS, intent["kind"]), weak=doubt("intents", intent["kind"], intent["confidence"]))
        )
    for objection in document["objections"]:
        kind = label(OBJECTIONS, objection["kind"])
        words = _("Objection: %(kind)s") if objection["handled"] else _("Objection not handled: %(kind)s")
        marks[objection["utterance"]].append(
            Mark(
                text=words % {"kind": kind},
                tone="good" if objection["handled"] else "bad",
                weak=doubt("objections", objection["kind"], objection["confidence"]),
            )
        )
    for promise in document["follow_ups"]:
        marks[promise["utterance"]].append(
            Mark(text=_("Promise"), tone="promise", weak=doubt("promises", "all", promise["confidence"]))
        )
    for finding in document["compliance"]:
        marks[finding["utterance"]].append(
            Mark(
                text=label(COMPLIANCE, finding["kind"]),
                tone=compliance_tone(finding),
                weak=doubt("compliance", finding["kind"], finding["confidence"]),
            )
        )
    return marks
