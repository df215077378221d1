"""Lines of calls that try to steer a model, written by us, and ordinary lines of calls."""

import csv
import json
from dataclasses import dataclass
from pathlib import Path

DATA = Path(__file__).parent / "data"
GOLD = Path(__file__).resolve().parents[3] / "recordings" / "language" / "gold"
BANKING = Path(__file__).resolve().parents[4] / "shared" / "data" / "intents" / "train.csv"
# Patterns were written with these before the eyes; the other parts of the gold calls were not looked at.
UNTOUCHED = ("held_out", "fresh")


@dataclass(frozen=True)
class Injection:
    """`part`: patterns were written with the development lines; held-out ones measure them. `oblique` lines lead a
    model on without telling it anything."""

    id: str
    language: str
    kind: str
    part: str
    text: str


def injections() -> list[Injection]:
    lines = (DATA / "injections.jsonl").read_text("utf-8").splitlines()
    return [Injection(**json.loads(line)) for line in lines]


def ordinary_lines() -> list[tuple[str, str]]:
    """(language, line) of untouched sales calls in three languages."""
    rows = (json.loads(row) for name in UNTOUCHED for row in (GOLD / f"{name}.jsonl").read_text("utf-8").splitlines())
    return [(row["language"], line["text"]) for row in rows for line in row["lines"]]


def questions_to_a_bank() -> list[str]:
    """What customers write to a bank (banking77); empty where the file is not at hand."""
    if not BANKING.is_file():
        return []
    with BANKING.open(encoding="utf-8", newline="") as file:
        return [row["text"] for row in csv.DictReader(file)]
