"""What the analysis found, as the cards beside the transcript show it."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from recordings.models import FollowUp, SalesCall
from recordings.pages.doubts import Doubts, is_weak
from recordings.pages.labels import (
    COMPLIANCE,
    CRITERIA,
    ENTITIES,
    OBJECTIONS,
    ROLES,
    STAGE_RESULTS,
    TOPICS,
    VERDICTS,
    label,
)
from recordings.pages.places import Place, Places
from recordings.quality.criteria import DEFAULT_SCORECARD_NAME

Document = Mapping[str, Any]
TO_BE_HEEDED = ("do_not_call", "card_number")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A line of a card: `tone` is good, bad, caution or plain; `detail` the analysis' own sentence, in English."""

    title: str
    tone: str = "plain"
    state: str = ""
    quote: str = ""
    detail: str = ""
    place: Place | None = None
    answer: Place | None = None
    weak: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """Points of one criterion; `width` is the share reached, 0 to 100, as SVG wants it."""

    name: str
    points: float
    max_points: float
    width: str
    applicable: bool
    reason: str
    place: Place | None
    weak: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """What cost points, the most first; what earned all of them; what this call gave no chance for."""

    short: list[Criterion]
    full: list[Criterion]
    idle: list[Criterion]

    def __bool__(self) -> bool:
        return bool(self.short or self.full or self.idle)


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseRow:
    """A follow-up with the row behind it, so that it can be ticked off."""

    id: int
    text: str
    by: str
    due: date | None
    is_overdue: bool
    is_done: bool
    place: Place | None
    weak: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicRow:
    name: str
    share: float
    width: str
    place: Place | None
    weak: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityGroup:
    name: str
    entities: list[Finding]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stage of the script; its reason names the required lines that were not said."""

    name: str
    goal: str
    status: str
    state: str
    reason: str
    place: Place | None


@dataclass(frozen=True, slots=True)
class Sentence:
    text: str
    place: Place | None


def summary(document: Document, place: Places) -> list[Sentence]:
    return [Sentence(each["text"], place(each["utterance"])) for each in document["summary"]]


def criteria(document: Document, place: Places) -> Criteria:
    """The score's criteria; those of the standard scorecard in the reader's language."""
    rows = _criteria(document, place)
    applicable = [row for row in rows if row.applicable]
    short = [row for row in applicable if row.points < row.max_points]
    return Criteria(
        short=sorted(short, key=lambda row: row.points - row.max_points),
        full=[row for row in applicable if row.points >= row.max_points],
        idle=[row for row in rows if not row.applicable],
    )


def _criteria(document: Document, place: Places) -> list[Criterion]:
    standard = str(document["versions"].get("scorecard", "")).startswith(DEFAULT_SCORECARD_NAME)
    return [
        Criterion(
            name=label(CRITERIA, item["key"]) if standard and item["key"] in CRITERIA else item["name"],
            points=item["points"],
            max_points=item["max_points"],
            width=_width(item["points"] / item["max_points"] if item["max_points"] else 0.0),
            applicable=item["applicable"],
            reason=item["reason"],
            place=place(item["utterance"]),
            weak=is_weak(item["confidence"]),
        )
        for item in document["score_explanation"]
    ]


def objections(document: Document, place: Places) -> list[Finding]:
    doubt = Doubts(document["language"] or "")
    return [
        Finding(
            title=label(OBJECTIONS, each["kind"]),
            tone="good" if each["handled"] else "bad",
            state=_("Handled") if each["handled"] else _("Not handled"),
            quote=each["quote"],
            detail=each["reason"],
            place=place(each["utterance"]),
            answer=place(each["answer_utterance"]),
            weak=doubt("objections", each["kind"], each["confidence"]),
        )
        for each in document["objections"]
    ]


def compliance(document: Document, place: Places) -> list[Finding]:
    """Violations and what is missing first."""
    doubt = Doubts(document["language"] or "")
    order = ("violation", "missing", "present")
    found = sorted(document["compliance"], key=lambda each: order.index(each["verdict"]))
    return [
        Finding(
            title=label(COMPLIANCE, each["kind"]),
            tone=compliance_tone(each),
            state=label(VERDICTS, each["verdict"]),
            quote=each["quote"],
            detail=each["reason"],
            place=place(each["utterance"]),
            weak=doubt("compliance", each["kind"], each["confidence"]),
        )
        for each in found
    ]


def compliance_tone(finding: Mapping[str, Any]) -> str:
    """good or bad; caution for what is nobody's fault but has to be heeded."""
    if finding["verdict"] != "present":
        return "bad"
    return "caution" if finding["kind"] in TO_BE_HEEDED else "good"


def promise_row(follow_up: FollowUp, place: Places, doubt: Doubts) -> PromiseRow:
    done = follow_up.done_at is not None
    return PromiseRow(
        id=follow_up.pk,
        text=follow_up.text,
        by=label(ROLES, follow_up.by),
        due=follow_up.due,
        is_overdue=not done and follow_up.due is not None and follow_up.due < timezone.localdate(),
        is_done=done,
        place=place(follow_up.position),
        weak=doubt("promises", "all", follow_up.confidence),
    )


def promises(call: SalesCall, place: Places) -> list[PromiseRow]:
    doubt = Doubts(call.language)
    return [promise_row(follow_up, place, doubt) for follow_up in call.follow_ups.all()]


def stages(document: Document, place: Places) -> list[Stage]:
    """The script's stages; one that is only there for when it is needed, and was not, is left out."""
    return [
        Stage(
            name=stage["name"],
            goal=stage.get("goal", ""),
            status=stage["status"],
            state=label(STAGE_RESULTS, stage["status"]),
            reason=stage["reason"],
            place=place(stage["place"]),
        )
        for stage in document["script"].get("stages", [])
        if stage["counted"]
    ]


def topics(document: Document, place: Places) -> list[TopicRow]:
    found = sorted(document["topics"], key=lambda topic: -topic["share"])
    return [
        TopicRow(
            name=label(TOPICS, topic["topic"]),
            share=topic["share"],
            width=_width(topic["share"]),
            place=place(next(iter(topic["utterances"]), None)),
            weak=is_weak(topic["confidence"]),
        )
        for topic in found
    ]


def entities(document: Document, place: Places) -> list[EntityGroup]:
    """By kind, each value once, with the first place it is named at."""
    groups: dict[str, dict[str, Finding]] = defaultdict(dict)
    for each in document["entities"]:
        finding = Finding(
            title=each["text"],
            detail=each["value"] if each["value"] != each["text"] else "",
            place=place(each["utterance"]),
            weak=is_weak(each["confidence"]),
        )
        groups[each["kind"]].setdefault(each["value"] or each["text"], finding)
    return [
        EntityGroup(name=label(ENTITIES, kind), entities=list(groups[kind].values()))
        for kind in sorted(groups, key=lambda kind: list(ENTITIES).index(kind) if kind in ENTITIES else 99)
    ]


def factors(document: Document, place: Places) -> list[Finding]:
    """What moves the conversion estimate, the strongest first."""
    found = sorted(document["conversion"].get("factors", []), key=lambda factor: -abs(factor["effect"]))
    return [
        Finding(
            title=factor["reason"],
            tone="good" if factor["effect"] > 0 else "bad",
            state=f"{factor['effect']:+.1f}".replace("-", "\N{MINUS SIGN}"),
            place=place(factor["utterance"]),
        )
        for factor in found
    ]


def _width(share: float) -> str:
    return f"{100 * min(1.0, max(0.0, share)):.1f}"
