"""Reads the gold set: call excerpts of our own writing with the labels that a person gave."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from recordings.language.types import Call, Line

GOLD = Path(__file__).parent / "gold"
SPLITS = ("development", "held_out", "fresh")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A call excerpt and its labels: sets of (line, kind), promises with day, answers to objections."""

    id: str
    call: Call
    intents: frozenset[tuple[int, str]]
    objections: frozenset[tuple[int, str]]
    handled: dict[tuple[int, str], bool]
    promises: dict[int, date | None]
    questions: frozenset[int]
    compliance: frozenset[tuple[int, str]]
    sentiment: dict[int, str]
    outcome: str | None


@lru_cache(maxsize=3)
def read_excerpts(split: str) -> tuple[Excerpt, ...]:
    """All excerpts of `development`, `held_out` or `fresh`; ValueError for another name."""
    if split not in SPLITS:
        raise ValueError(f"There is no part “{split}” of the gold set. Choose one of: {', '.join(SPLITS)}.")
    lines = (GOLD / f"{split}.jsonl").read_text(encoding="utf-8").splitlines()
    return tuple(_excerpt(json.loads(line)) for line in lines if line.strip())


def has_split(split: str) -> bool:
    """Whether the part lies in the gold folder."""
    return (GOLD / f"{split}.jsonl").is_file()


def _excerpt(data: dict[str, Any]) -> Excerpt:
    labels = data["labels"]
    return Excerpt(
        id=data["id"],
        call=_call(data),
        intents=frozenset((item["line"], item["intent"]) for item in labels["intents"]),
        objections=frozenset((item["line"], item["kind"]) for item in labels["objections"]),
        handled={(item["line"], item["kind"]): bool(item["handled"]) for item in labels["objections"]},
        promises={item["line"]: _day(item["due"]) for item in labels["promises"]},
        questions=frozenset(labels["questions"]),
        compliance=frozenset((item["line"], item["kind"]) for item in labels["compliance"]),
        sentiment={item["line"]: item["label"] for item in labels["sentiment"]},
        outcome=labels["outcome"],
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _call(data: dict[str, Any]) -> Call:
    lines = tuple(
        Line(position, item["role"], float(item["start"]), float(item["end"]), item["text"], item["role"])
        for position, item in enumerate(data["lines"])
    )
    return Call(
        lines=lines,
        language=data["language"],
        started_at=date.fromisoformat(data["call_date"]),
        company_names=(data["company"],) if data["company"] else (),
        product_names=(data["product"],) if data["product"] else (),
        competitor_names=tuple(data["competitors"]),
        agent_name=data["agent"] or "",
    )
