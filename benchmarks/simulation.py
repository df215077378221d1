"""How long the scripted customer takes to answer, and what understanding by meaning costs.

    python -m benchmarks.simulation [--turns 400] [--json]

Plays agents over the talks of the library's cases: lines that words settle, paraphrases that only meaning settles, and
small talk; each through `say`'s own engine with the case's sentences at hand, as after the warm-up of a session.
Times are of one process on one thread, in milliseconds of wall clock; `processor` is what of it was computed, which a
machine that is busy with other things does not lengthen.
"""

import argparse
import json
import os
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "salesiq.settings")
os.environ.setdefault("SALESIQ_DATA_DIR", mkdtemp(prefix="salesiq-benchmark-"))
django.setup()

from testcases.content.document import CaseContent  # noqa: E402
from testcases.library.shipped import shipped_cases  # noqa: E402
from testcases.simulation import engine  # noqa: E402
from testcases.simulation.engine.understanding import sentences_to_compare  # noqa: E402
from testcases.simulation.meanings import keep_vectors, nearness  # noqa: E402

FREE = {
    "en": (
        "Could you walk me through a normal day at your place?", "What would have to happen for you to feel safe?",
        "We look after the whole move for you, so nobody on your side loses an afternoon.",
        "Most people in your position get that money back before the end of the second quarter.",
        "How come you are looking at this now?", "I see. And what does your boss say about it?",
        "You would have a person of ours beside you until everybody is comfortable with it.",
    ),
    "es": (
        "¿Me podría contar cómo es un día normal para ustedes?", "¿Qué tendría que pasar para que se quede tranquila?",
        "Nos encargamos de todo el cambio, así nadie de los suyos pierde una tarde.", "Ya veo. ¿Y qué opina su jefe?",
        "La mayoría recupera ese dinero antes de que acabe el segundo trimestre.",
    ),
    "ru": (
        "Расскажите, как у вас проходит обычный день?", "Что должно произойти, чтобы вы были спокойны?",
        "Мы сами всё перенесём, никто у вас не потеряет и полдня.", "Понятно. А что говорит руководство?",
        "Большинство возвращает эти деньги ещё до конца второго квартала.",
    ),
}  # fmt: skip


def agent(content: CaseContent, draw: random.Random) -> Iterator[str]:
    """Half from the case's own words, half free."""
    own = [asked for fact in content.facts for asked in fact.asked]
    own += [good for objection in content.objections for good in objection.answers]
    while True:
        yield draw.choice(own if draw.random() < 0.5 else FREE[content.language])


def measure(contents: list[CaseContent], turns: int) -> tuple[list[float], list[float], list[float]]:
    """Milliseconds per answer, of the processor's alone, and of those answers that meaning was compared for."""
    draw = random.Random(7)
    every: list[float] = []
    computed: list[float] = []
    compared: list[float] = []
    while len(every) < turns:
        content = draw.choice(contents)
        state, _opening = engine.open_session(content, 7)
        for line in agent(content, draw):
            asked: list[str] = []

            def meaning(text: str, known: object, ground: object, asked: list[str] = asked) -> object:
                asked.append(text)
                return nearness(text, known, ground)  # type: ignore[arg-type]

            # Typed by somebody else each time: no embedding is remembered.
            typed = f"{line[:-1]}, {draw.randrange(10**6)}{line[-1]}"
            begin, worked = time.perf_counter(), time.process_time()
            answer = engine.answer(content, state, typed, seed=7, meaning=meaning)  # type: ignore[arg-type]
            took = (time.perf_counter() - begin) * 1000
            every.append(took)
            computed.append((time.process_time() - worked) * 1000)
            compared += [took] if asked else []
            state = answer.state
            if answer.ended or len(every) >= turns:
                break
    return every, computed, compared


def percentile(values: list[float], share: float) -> float:
    return round(sorted(values)[min(len(values) - 1, int(share * len(values)))], 1) if values else 0.0


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--turns", type=int, default=400)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    folder = Path(mkdtemp(prefix="salesiq-vectors-"))
    result = {}
    for language in ("en", "es", "ru"):
        contents = [case.file.content for case in shipped_cases(language)][:6]
        if not contents:
            continue
        begin = time.perf_counter()
        texts = [text for content in contents for text in sentences_to_compare(content)]
        keep_vectors(texts, folder)
        warm = (time.perf_counter() - begin) * 1000 / max(1, len(set(texts)))
        measure(contents, 30)
        every, computed, compared = measure(contents, options.turns)
        result[language] = {
            "answers": len(every), "p50_ms": percentile(every, 0.5), "p95_ms": percentile(every, 0.95),
            "p99_ms": percentile(every, 0.99), "processor_p95_ms": percentile(computed, 0.95),
            "by_meaning_share": round(len(compared) / len(every), 2),
            "by_meaning_p95_ms": percentile(compared, 0.95), "warm_up_ms_per_sentence": round(warm, 1),
        }  # fmt: skip
    if options.json:
        print(json.dumps(result, indent=2))
        return
    for language, row in result.items():
        print(language, ", ".join(f"{name} {value}" for name, value in row.items()))
    if any(row["p95_ms"] > 50 for row in result.values()):
        sys.exit("p95 is over 50 ms")


if __name__ == "__main__":
    main()
