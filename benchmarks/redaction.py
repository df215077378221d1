"""What redaction costs: milliseconds of processor time of detection per utterance, and masking sound against real time.

    python -m benchmarks.redaction [--minutes 60]

Detection reads the conversations of the language gold set, which nobody wrote with redaction in mind. Masking takes a
generated telephone call of the given length with one masked stretch a minute. Prints ratios; asserts nothing.
"""

import argparse
import json
import tempfile
import time
import wave
from pathlib import Path

import numpy as np

from recordings.language.personal_data.detect import find_personal_data
from recordings.language.personal_data.types import KINDS
from recordings.language.spoken_digits import pieces_of
from recordings.language.text import fold, sentences
from recordings.language.types import Line
from recordings.speech.decoding import decode
from recordings.speech.masking import Interval, mask_file, mask_sound

GOLD = Path(__file__).parent.parent / "recordings" / "language" / "gold"
RATE = 8_000


def conversations() -> list[tuple[str, list[Line]]]:
    found = []
    for path in (GOLD / f"{name}.jsonl" for name in ("development", "fresh", "held_out")):
        for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
            lines = [
                Line(n, turn["role"], n * 5.0, n * 5.0 + 4, turn["text"], turn["role"])
                for n, turn in enumerate(row["lines"])
            ]
            found.append((row["language"], lines))
    return found


def detection() -> None:
    calls = conversations()
    for language in ("en", "es", "ru"):  # lists and patterns are read once per process
        find_personal_data([Line(0, "customer", 0.0, 1.0, "call 202 555 0143")], language, kinds=KINDS)
    for cache in (pieces_of, fold, sentences):
        cache.cache_clear()
    began = time.process_time()
    found = sum(len(find_personal_data(lines, language, kinds=KINDS)) for language, lines in calls)
    spent = time.process_time() - began
    utterances = sum(len(lines) for _, lines in calls)
    print(f"detection    {1000 * spent / utterances:.2f} ms per utterance ({utterances} utterances, {found} finds)")


def masking(minutes: int) -> None:
    seconds = minutes * 60
    noise = (np.random.default_rng(1).standard_normal(RATE * 60) * 2_000).astype("<i2")
    intervals = [Interval(minute * 60 + 20.0, minute * 60 + 26.0) for minute in range(minutes)]
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "call.wav"
        with wave.open(str(source), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            for _ in range(minutes):
                file.writeframes(noise.tobytes())
        sound = decode(source, Path(folder))
        began = time.perf_counter()
        mask_sound(sound, intervals, mask="tone")
        played = time.perf_counter() - began
        began = time.perf_counter()
        mask_file(source, Path(folder) / "masked.flac", intervals, mask="tone")
        kept = time.perf_counter() - began
    print(
        f"played sound {played / seconds:.4%} of real time ({minutes} min, {len(intervals)} stretches: {played:.2f} s)"
    )
    print(f"stored file  {kept / seconds:.4%} of real time (decoded, masked, written as FLAC: {kept:.2f} s)")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=int, default=60)
    minutes = parser.parse_args().minutes
    detection()
    masking(minutes)
