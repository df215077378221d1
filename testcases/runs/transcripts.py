"""Reads transcripts that people paste or upload: plain text with speakers, subtitles, JSON."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from charset_normalizer import from_bytes
from django.utils.translation import gettext as _

from recordings.language.text import fold, word_count
from recordings.language.types import Line

MOST_CHARACTERS = 600_000
AGENT_NAMES = frozenset(
    {
        "agent", "rep", "sales rep", "salesperson", "seller", "sales", "advisor", "adviser", "consultant",
        "representative", "operator", "manager", "sdr", "ae", "a",
        "agente", "asesor", "asesora", "vendedor", "vendedora", "comercial", "operador", "operadora", "representante",
        "consultor", "consultora",
        "агент", "менеджер", "продавец", "оператор", "консультант", "специалист", "сотрудник",
    }
)  # fmt: skip
CUSTOMER_NAMES = frozenset(
    {
        "customer", "client", "prospect", "lead", "buyer", "caller", "guest", "user", "c",
        "cliente", "comprador", "compradora", "prospecto", "usuario", "usuaria",
        "клиент", "клиентка", "покупатель", "заказчик", "абонент", "собеседник",
    }
)  # fmt: skip
_TIME = r"(?:(\d{1,2}):)?(\d{1,2}):(\d{2})(?:[.,](\d{1,3}))?"
_STAMP = re.compile(rf"^\s*[\[(]?{_TIME}[\])]?(?:\s*(?:-->|[-–—])\s*[\[(]?{_TIME}[\])]?)?\s*[-–—:]?\s*")
_CUE = re.compile(rf"^\s*{_TIME}\s*-->\s*{_TIME}")
_SPEAKER = re.compile(
    r"^\s*(?:[-–—*•]\s+)?\**([^\W\d_][\w .'’-]{0,40}?)\s*\d{0,2}\**\s*(?:[\[(]([^\])]{1,20})[\])])?\s*:\**\s*"
)
_VOICE = re.compile(r"<v(?:\.\w+)?\s+([^>]{1,60})>")
_TAG = re.compile(r"</?[a-z][^>]{0,40}>")


class TranscriptError(ValueError):
    """The text cannot be read as a transcript; the sentence says what to do."""


def read_transcript(text: str | bytes, filename: str = "") -> tuple[Line, ...]:
    """Lines of a transcript: "Agent: …" and "Customer: …" one a line, with or without times before them; SRT or
    WebVTT; or JSON with a list of {role, text, start, end}. Lines without times have `start` and `end` 0.

    Who speaks is told from the word before the colon, in English, Spanish or Russian; a person's name stays as the
    speaker, with role `unknown`, unless only one of two speakers is unknown: then that one is the other side.

    Raises:
        TranscriptError: it is no text, or there is nothing in it that was said.
    """
    plain = _text(text)
    if len(plain) > MOST_CHARACTERS:
        sentence = _("The transcript is too long: at most %(most)d characters are read.")
        raise TranscriptError(sentence % {"most": MOST_CHARACTERS})
    stripped = plain.lstrip("\ufeff \n\r\t")
    if filename.lower().endswith(".json") or (stripped[:1] in ("[", "{") and _is_json(stripped)):
        found = list(_from_json(stripped))
    elif stripped[:6] == "WEBVTT" or any(_CUE.match(line) for line in stripped.splitlines()[:4]):
        found = list(_from_subtitles(stripped))
    else:
        found = list(_from_lines(stripped))
    lines = [line for line in found if line.text]
    if not any(word_count(line.text) for line in lines):
        raise TranscriptError(_("Nothing is said in this transcript. Give one line a turn, such as “Agent: Hello.”"))
    return _numbered(_with_roles(lines))


def lines_from_json(rows: Sequence[Mapping[str, Any]]) -> tuple[Line, ...]:
    """Lines of a stored run or a request: {role, text, start, end}, both times in seconds and optional.

    Raises:
        TranscriptError: a row has no text or a wrong time.
    """
    return _numbered(_with_roles([_row(row) for row in rows]))


def _text(text: str | bytes) -> str:
    if isinstance(text, str):
        return _kept(text)
    if not text.strip():
        return ""
    best = from_bytes(text).best()
    if best is None:
        raise TranscriptError(_("This file is no text. Give a transcript as text, subtitles (SRT, VTT) or JSON."))
    return _kept(str(best))


def _kept(text: str) -> str:
    """Without what no database keeps: NUL and half a character."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    except RecursionError:  # JSON that nobody reads
        return True
    return True


def _from_json(text: str) -> Iterator[Line]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise TranscriptError(_("The JSON cannot be read: %(error)s.") % {"error": error}) from error
    if isinstance(document, Mapping):
        names = ("utterances", "lines", "transcript", "turns", "segments")
        document = next((document[name] for name in names if isinstance(document.get(name), list)), None)
    if not isinstance(document, list) or not all(isinstance(row, Mapping) for row in document):
        raise TranscriptError(_("The JSON holds no list of lines. Give [{“role”: “agent”, “text”: “…”}, …]."))
    for row in document:
        yield _row(row)


def _row(row: Mapping[str, Any]) -> Line:
    text = row.get("text")
    who = row.get("role") or row.get("speaker") or ""
    if not isinstance(text, str) or not isinstance(who, str):
        raise TranscriptError(_("Each line needs a text, and a role: agent or customer."))
    start, end = _seconds(row.get("start")), _seconds(row.get("end"))
    return Line(0, _role(who), start, max(start, end), " ".join(_kept(text).split()), _kept(who).strip()[:60])


def _seconds(value: Any) -> float:
    if value is None:
        return 0.0
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e6:
        raise TranscriptError(_("Times are seconds from the beginning, such as 12.5."))
    return float(value)


def _from_lines(text: str) -> Iterator[Line]:
    """One turn a line; a line without a speaker goes on with the one before."""
    who, parts, start, end = "", [], 0.0, 0.0
    for raw in text.splitlines():
        begins, ends, rest = _stamp(raw)
        speaker = _SPEAKER.match(rest)
        if speaker is None:
            if rest.strip():
                parts.append(rest)
            continue
        if parts:
            yield _line(who, parts, start, end)
        who, parts = speaker.group(1), [rest[speaker.end() :]]
        inside = _STAMP.match(f"{speaker.group(2)} ") if speaker.group(2) else None
        start = begins or (_moment(inside.groups()[:4]) if inside else 0.0)
        end = ends
    if parts:
        yield _line(who, parts, start, end)


def _stamp(raw: str) -> tuple[float, float, str]:
    found = _STAMP.match(raw)
    if found is None:
        return 0.0, 0.0, raw
    groups = found.groups()
    end = _moment(groups[4:8]) if groups[5] is not None else 0.0
    return _moment(groups[:4]), end, raw[found.end() :]


def _moment(parts: Sequence[str | None]) -> float:
    hours, minutes, seconds, thousandths = parts
    part = float(f"0.{thousandths}") if thousandths else 0.0
    return int(hours or 0) * 3_600 + int(minutes or 0) * 60 + int(seconds or 0) + part


def _line(who: str, parts: Sequence[str], start: float, end: float) -> Line:
    return Line(0, _role(who), start, max(start, end), " ".join(" ".join(parts).split()), who.strip())


def _from_subtitles(text: str) -> Iterator[Line]:
    for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n")):
        rows = block.splitlines()
        at = next((place for place, row in enumerate(rows) if _CUE.match(row)), None)
        if at is None:
            continue
        cue = _CUE.match(rows[at])
        groups = cue.groups() if cue else ()
        words = " ".join(rows[at + 1 :])
        voice = _VOICE.search(words)
        plain = _TAG.sub("", _VOICE.sub("", words)).strip()
        speaker = None if voice else _SPEAKER.match(plain)
        who = voice.group(1) if voice else speaker.group(1) if speaker else ""
        spoken = plain[speaker.end() :] if speaker else plain
        yield _line(who, [spoken], _moment(groups[:4]), _moment(groups[4:8]))


def _role(who: str) -> str:
    name = fold(who).strip(" .0123456789*-")
    words = set(name.split())
    if name in AGENT_NAMES or words & (AGENT_NAMES - {"a", "c"}):
        return "agent"
    if name in CUSTOMER_NAMES or words & (CUSTOMER_NAMES - {"a", "c"}):
        return "customer"
    return "unknown"


def _with_roles(lines: Sequence[Line]) -> list[Line]:
    """Of two speakers of whom one is known, the other is the other side."""
    known = {line.speaker: line.role for line in lines if line.role != "unknown"}
    unknown = {line.speaker for line in lines if line.role == "unknown" and line.speaker}
    if len(unknown) != 1 or len(set(known.values())) != 1:
        return list(lines)
    other = "customer" if "agent" in known.values() else "agent"
    return [
        Line(line.position, other, line.start, line.end, line.text, line.speaker) if line.speaker in unknown else line
        for line in lines
    ]


def _numbered(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Numbered; where only beginnings are known, each lasts until the next."""
    found = []
    for at, line in enumerate(lines):
        end = line.end
        if end <= line.start and any(each.start for each in lines):
            later = lines[at + 1].start if at + 1 < len(lines) else line.start + max(1.0, word_count(line.text) / 2.5)
            end = max(line.start, later)
        found.append(Line(at, line.role, line.start, end, line.text, line.speaker))
    return tuple(found)
