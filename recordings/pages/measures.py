"""The figures of a call: who talked how much, how it felt, how it sounded, what made it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recordings.pages.charts import line_path, read_course
from recordings.pages.formatting import clock, decimal, percent, signed
from recordings.pages.labels import AUDIO_RATINGS, LANGUAGES, STAGES, label

Document = Mapping[str, Any]
COURSE_WIDTH, COURSE_HEIGHT = 600.0, 120.0
FELT_DIFFERENCE = 0.15


@dataclass(frozen=True, slots=True)
class Figure:
    """A named figure; `agent` and `customer` where both sides have one, else `value`."""

    name: str
    value: str = ""
    agent: str = ""
    customer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """`agent_width` is the agent's share of the talk, 0 to 100, as SVG wants it."""

    agent_share: str
    customer_share: str
    agent_width: str
    sides: list[Figure]
    whole: list[Figure]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mood:
    """The course of both sides as SVG paths in a box of 600 x 120, in words, and as figures."""

    agent_path: str
    customer_path: str
    agent: str
    customer: str
    words: list[str]
    points: list[Figure]


def talk(document: Document) -> Talk | None:
    measured = document["talk"]
    roles = measured.get("roles") or {}
    if not roles:
        return None
    agent, customer = roles.get("agent", {}), roles.get("customer", {})
    return Talk(
        agent_share=percent(agent.get("ratio", 0.0)),
        customer_share=percent(customer.get("ratio", 0.0)),
        agent_width=f"{100 * agent.get('ratio', 0.0):.1f}",
        sides=[
            Figure(_("Longest monologue"), *_both(agent, customer, "longest_monologue", clock)),
            Figure(_("Words per minute"), *_both(agent, customer, "words_per_minute", lambda n: decimal(n, 0))),
            Figure(_("Questions"), *_both(agent, customer, "questions", str)),
            Figure(_("Interruptions"), *_both(agent, customer, "interruptions", str)),
            Figure(_("Turns"), *_both(agent, customer, "turns", str)),
        ],
        whole=[
            Figure(_("Patience before answering"), _seconds(measured.get("patience"))),
            Figure(_("Silence"), percent(measured.get("silence_ratio"))),
            Figure(_("Longest silence"), _seconds(measured.get("longest_silence"))),
            Figure(_("Talking at once"), _seconds(measured.get("overlap_seconds"))),
        ],
    )


def _both(agent: Document, customer: Document, name: str, show: Any) -> tuple[str, str, str]:
    first, second = (show(side[name]) if side.get(name) is not None else "–" for side in (agent, customer))
    return "", first, second


def _seconds(value: float | None) -> str:
    return "–" if value is None else _("%(seconds)s s") % {"seconds": decimal(value)}


def mood(document: Document) -> Mood | None:
    course = read_course(document["sentiment"])
    if not course:
        return None
    seconds = float(document["duration"] or 0.0)
    box = {"seconds": seconds, "width": COURSE_WIDTH, "height": COURSE_HEIGHT}
    sides = ((_("Agent"), course.agent), (_("Customer"), course.customer))
    return Mood(
        agent_path=line_path(course.agent, **box),
        customer_path=line_path(course.customer, **box),
        agent=signed(document["sentiment"].get("agent")),
        customer=signed(document["sentiment"].get("customer")),
        words=[_in_words(name, points) for name, points in sides if points],
        points=[
            Figure(clock(time), agent=_at(course.agent, time), customer=_at(course.customer, time))
            for time in sorted({time for time, _score in (*course.agent, *course.customer)})
        ],
    )


def _at(points: tuple[tuple[float, float], ...], time: float) -> str:
    return next((signed(score) for moment, score in points if moment == time), "–")


def _in_words(name: str, points: tuple[tuple[float, float], ...]) -> str:
    first, last = points[0][1], points[-1][1]
    values = {"who": name, "first": signed(first), "last": signed(last)}
    if last - first > FELT_DIFFERENCE:
        return _("%(who)s: the mood rises from %(first)s to %(last)s.") % values
    if first - last > FELT_DIFFERENCE:
        return _("%(who)s: the mood falls from %(first)s to %(last)s.") % values
    return _("%(who)s: the mood stays about the same, %(first)s at first and %(last)s in the end.") % values


def audio(document: Document) -> list[Figure]:
    measured = document["audio_quality"]
    if not measured:
        return []
    ratios = [ratio for ratio in measured.get("snr_db") or [] if ratio is not None]
    gaps = measured.get("dropout_count", 0)
    figures = [
        Figure(_("Overall"), label(AUDIO_RATINGS, measured.get("rating", ""))),
        Figure(_("Voice over noise"), " / ".join(f"{ratio:.0f} dB" for ratio in ratios) or "–"),
        Figure(_("Overdriven"), percent(measured.get("clipping_ratio"))),
        Figure(_("Gaps"), ngettext("%(count)s gap", "%(count)s gaps", gaps) % {"count": gaps}),
        Figure(_("Bandwidth"), f"{decimal((measured.get('bandwidth_hz') or 0) / 1000)} kHz"),
        Figure(_("Certainty of the words"), percent(document["transcription"]["mean_word_probability"])),
        Figure(_("Certainty of who speaks"), percent(document["speakers"]["confidence"])),
        Figure(_("Certainty of who is the agent"), percent(document["speakers"]["role_confidence"])),
    ]
    if document["language"]:
        certainty = percent(document["transcription"]["language_probability"])
        figures.append(Figure(_("Language"), f"{label(LANGUAGES, document['language'])}, {certainty}"))
    return figures


def versions(document: Document) -> list[Figure]:
    """What made these results, so that they can be explained later."""
    names = {
        "speech_model": _("Speech model"),
        "speech_model_sha256": _("Its fingerprint"),
        "engine": _("Engine"),
        "language_rules": _("Language rules"),
        "quality_rules": _("Scoring rules"),
        "scorecard": _("Scorecard"),
        "script": _("Script"),
    }
    known = document["versions"]
    named = [Figure(names[key], str(known[key])) for key in names if known.get(key)]
    return named + [Figure(key, str(value)) for key, value in known.items() if key not in names and value]


def timings(document: Document) -> list[Figure]:
    return [
        Figure(label(STAGES, stage), _seconds(seconds))
        for stage, seconds in sorted(
            document["timings"].items(),
            key=lambda each: list(STAGES).index(each[0]) if each[0] in STAGES else len(STAGES),
        )
    ]
