"""The demo's scripts, sound and workspace belong together. What is heard in the sound is tested elsewhere."""

import json
import tomllib
from pathlib import Path
from typing import Any

import av
import pytest

from recordings.quality.stages import read_stages

DEMO = Path(__file__).resolve().parents[2] / "demo"
SCRIPTS = sorted((DEMO / "calls").glob("*.toml"))
WORKSPACE: dict[str, Any] = tomllib.loads((DEMO / "workspace.toml").read_text(encoding="utf-8"))
WORDS_PER_SECOND = (1.2, 4.0)  # people talking in turns
SIZE_LIMIT = 3_000_000

OBJECTIONS = {"price", "timing", "authority", "need", "competitor", "trust", "feature"}
OUTCOMES = {"converted", "qualified", "not_qualified", "no_answer", "callback"}


def read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(params=SCRIPTS, ids=lambda path: path.stem)
def call(request: pytest.FixtureRequest) -> dict[str, Any]:
    return read(request.param)


def sound_of(call: dict[str, Any]) -> tuple[int, float]:
    """Channels, and seconds that decode."""
    with av.open(str(DEMO / call["file"])) as container:
        stream = container.streams.audio[0]
        samples = sum(frame.samples for frame in container.decode(stream))
        return stream.channels, samples / stream.rate


def test_sound_has_the_channels_that_the_script_names(call: dict[str, Any]) -> None:
    channels, _ = sound_of(call)
    assert channels == call["channels"]
    assert ("agent_channel" in call) == (channels == 2)


def test_sound_lasts_as_long_as_its_words_take(call: dict[str, Any]) -> None:
    _, seconds = sound_of(call)
    words = sum(len(line["text"].split()) for line in call["lines"])
    assert WORDS_PER_SECOND[0] < words / seconds < WORDS_PER_SECOND[1]


def test_call_names_people_of_the_workspace(call: dict[str, Any]) -> None:
    assert call["agent"] in {agent["key"] for agent in WORKSPACE["agents"]}
    assert call["customer"] in {customer["key"] for customer in WORKSPACE["customers"]}


def test_call_was_held_within_three_weeks_at_an_hour_of_the_day(call: dict[str, Any]) -> None:
    assert 1 <= call["days_ago"] <= 21
    assert 0 <= call["hour"] <= 23


def test_expectation_uses_the_products_words(call: dict[str, Any]) -> None:
    assert call["expected"]["outcome"] in OUTCOMES
    assert {objection["kind"] for objection in call["expected"]["objections"]} <= OBJECTIONS


def test_references_hold_the_words_of_the_scripts() -> None:
    references = json.loads((DEMO / "references.json").read_text(encoding="utf-8"))
    said = [(call["file"], " ".join(line["text"] for line in call["lines"])) for call in map(read, SCRIPTS)]
    assert [(reference["file"], reference["text"]) for reference in references] == said


def test_demo_shows_every_outcome_both_languages_and_both_layouts() -> None:
    calls = [read(path) for path in SCRIPTS]
    assert {call["expected"]["outcome"] for call in calls} == OUTCOMES
    assert {call["language"] for call in calls} == {"en", "es"}
    assert sum(call["channels"] == 1 for call in calls) >= 4
    assert {Path(call["file"]).suffix for call in calls} == {".ogg", ".mp3", ".wav"}


def test_every_sound_file_belongs_to_one_script_and_all_are_small() -> None:
    files = sorted((DEMO / "sound").iterdir())
    assert [str(file.relative_to(DEMO)) for file in files] == sorted(read(path)["file"] for path in SCRIPTS)
    assert sum(file.stat().st_size for file in files) < SIZE_LIMIT


@pytest.mark.parametrize("language", WORKSPACE["script"]["languages"])
def test_sales_script_is_one_that_the_product_accepts(language: str) -> None:
    rows = [
        {
            "key": stage["key"],
            "name": stage["name"][language],
            "goal": stage["goal"][language],
            "weight": stage["weight"],
            **{
                kind: [line["say"][language] for line in stage["lines"] if line["kind"] == kind]
                for kind in ("required", "optional", "forbidden")
            },
        }
        for stage in WORKSPACE["script"]["stages"]
    ]
    stages = read_stages(rows)
    assert [stage.key for stage in stages] == ["opening", "discovery", "presentation", "objections", "closing"]
    assert any(stage.forbidden for stage in stages)


def test_each_role_has_a_login() -> None:
    assert {user["role"] for user in WORKSPACE["users"]} == {
        "admin",
        "manager",
        "reviewer",
        "agent",
        "integrator",
        "privacy",
    }
