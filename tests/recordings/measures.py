"""The measures of a call as the pipeline writes them (the shapes of docs/api.md), for the rows of tests."""

from typing import Any


def _talk_of(seconds: float, turns: int, ratio: float) -> dict[str, Any]:
    return {
        "seconds": seconds,
        "ratio": ratio,
        "words": turns * 10,
        "words_per_minute": 150.0,
        "turns": turns,
        "longest_monologue": 3.5,
        "questions": 0,
        "interruptions": 0,
    }


TALK: dict[str, Any] = {
    "duration": 28.0,
    "speech_seconds": 24.5,
    "roles": {"agent": _talk_of(14.0, 4, 0.571), "customer": _talk_of(10.5, 3, 0.429)},
    "patience": 0.5,
    "overlap_seconds": 0.0,
    "silence_seconds": 3.5,
    "silence_ratio": 0.125,
    "longest_silence": 0.5,
    "turns": 7,
    "questions": 0,
}
SENTIMENT: dict[str, Any] = {
    "agent": 0.2,
    "customer": -0.1,
    "course": [
        {"time": 2.0, "role": "agent", "score": 0.1},
        {"time": 6.0, "role": "customer", "score": 0.1},
        {"time": 14.0, "role": "customer", "score": -0.4},
    ],
}
SOUND_QUALITY: dict[str, Any] = {
    "rating": "good",
    "reasons": [],
    "snr_db": [30.0],
    "level_dbfs": [-20.0],
    "clipping_ratio": 0.0,
    "dropout_count": 0,
    "dropout_seconds": 0.0,
    "bandwidth_hz": 4000,
    "speech_seconds": 24.5,
    "silence_ratio": 0.1,
}
SCRIPT: dict[str, Any] = {
    "name": "Standard sales script",
    "adherence": 80.0,
    "improvised_share": 0.3,
    "order_score": 1.0,
    "basis": "wording",
    "stages": [],
}
CONVERSION: dict[str, Any] = {
    "probability": 0.42,
    "calibrated": False,
    "basis": "rules v1",
    "base_rate": 0.2,
    "base_logit": -1.386,
    "logit": -0.323,
    "factors": [{"name": "next_step", "effect": 1.063, "reason": "A next step was promised.", "utterance": 6}],
}
