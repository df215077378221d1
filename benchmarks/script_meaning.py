"""How well script lines said in other words are found: by wording alone, and with meaning beside it.

Run: python -m benchmarks.script_meaning [THRESHOLD ...]
"""

import sys
import time
import tomllib
from pathlib import Path

import numpy as np

from recordings.language.types import Line
from recordings.quality.matching import SAME_MEANING, closeness, find_wording, said_sentences
from recordings.quality.meaning import compare_meaning
from recordings.quality.stages import default_stages

SENTENCES = Path(__file__).with_suffix(".toml")


def main() -> None:
    thresholds = [float(value) for value in sys.argv[1:]] or [SAME_MEANING]
    print("lang  by       threshold  right stage  wrong stage  unrelated taken  seconds")
    for language, groups in tomllib.loads(SENTENCES.read_text(encoding="utf-8")).items():
        measure(language, groups, thresholds)


def measure(language: str, groups: dict[str, list[str]], thresholds: list[float]) -> None:
    wanted = [(stage, text) for stage, texts in groups.items() for text in texts]
    said = said_sentences([Line(i, "agent", 0, 1, text) for i, (_, text) in enumerate(wanted)])
    truth = [wanted[sentence.position][0] for sentence in said]
    script = [(stage.key, line) for stage in default_stages(language) for line in stage.required]
    began = time.perf_counter()
    worded = [found_by_wording(script, sentence.text) for sentence in said]
    report(language, "wording", 0.8, truth, worded, time.perf_counter() - began)
    compare_meaning(["warm"], ["up"])
    began = time.perf_counter()
    nearness = closeness([line for _, line in script], said, compare_meaning)
    seconds = time.perf_counter() - began
    best = [script[row][0] for row in nearness.argmax(axis=0)]
    for threshold in thresholds:
        near = np.max(nearness, axis=0) >= threshold
        both = [w or (key if close else None) for w, key, close in zip(worded, best, near, strict=True)]
        report(language, "+meaning", threshold, truth, both, seconds)


def found_by_wording(script: list[tuple[str, str]], text: str) -> str | None:
    line = [Line(0, "agent", 0, 1, text)]
    return next((key for key, wanted in script if find_wording(wanted, line)), None)


def report(language: str, by: str, threshold: float, truth: list[str], found: list[str | None], seconds: float) -> None:
    pairs = list(zip(truth, found, strict=True))
    meant = [(stage, key) for stage, key in pairs if stage != "unrelated"]
    others = [key for stage, key in pairs if stage == "unrelated"]
    right = sum(stage == key for stage, key in meant)
    wrong = sum(key is not None and stage != key for stage, key in meant)
    taken = sum(key is not None for key in others)
    print(
        f"{language:5} {by:9} {threshold:8.2f}  {right:5} of {len(meant):2}  {wrong:5} of {len(meant):2}  "
        f"{taken:9} of {len(others):2}  {seconds:7.2f}"
    )


if __name__ == "__main__":
    main()
