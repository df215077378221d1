"""Transcripts of ten minutes judged per minute and core, and a batch of 1,000 runs whose worker is killed.

The transcripts are put together from sentences of the product's own examples. What one of them had embedded is
forgotten before the next, as if no two talks shared a sentence; the cases are those of the library.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import time
from statistics import median
from typing import Any

LEAST_A_MINUTE = 200
WORDS = 1_350  # of ten minutes at 135 words a minute, both sides together
SECONDS = 600.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--transcripts", type=int, default=60)
    parser.add_argument("--runs", type=int, default=0, metavar="N", help="also a batch of N runs, killed on its way")
    parser.add_argument("--kills", type=int, default=3)


def run(options: argparse.Namespace) -> int:
    """Prints the figures; exit status 1 where judging is slower than LEAST_A_MINUTE, or a run is lost or doubled."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "salesiq.settings")
    os.environ["OMP_NUM_THREADS"] = "1"
    import django

    django.setup()
    fast = measure(options.transcripts)
    whole = kill_batch(options.runs, options.kills) if options.runs else True
    return 0 if fast and whole else 1


def measure(count: int) -> bool:
    """Processor time a transcript, over the English cases of the library in turn."""
    from testcases.judging.judging import judge_transcript
    from testcases.judging.rules import vectors as remembered
    from testcases.library.shipped import shipped_cases

    contents = [each.file.content for each in shipped_cases("en")]
    drawn = random.Random(7)
    talks = [transcript(drawn) for _ in range(count)]
    judge_transcript(contents[0], talks[0], language="en")  # the model is loaded once a process
    for content in contents:  # a case's own wordings are embedded once a process
        judge_transcript(content, transcript(drawn, words=60), language="en")
    warm = dict(remembered._known)
    taken = []
    for at, lines in enumerate(talks):
        remembered._known.clear()
        remembered._known.update(warm)
        began = time.process_time()
        judge_transcript(contents[at % len(contents)], lines, language="en")
        taken.append(time.process_time() - began)
    mean = sum(taken) / len(taken)
    rate = 60 / mean
    print(
        f"{count} transcripts of 10 minutes: {mean * 1000:.0f} ms each (median {median(taken) * 1000:.0f}, most "
        f"{max(taken) * 1000:.0f}), {rate:.0f} a minute and core; asked for are {LEAST_A_MINUTE}"
    )
    return rate >= LEAST_A_MINUTE


def transcript(drawn: random.Random, words: int = WORDS) -> list[Any]:
    """Lines of a talk of so many words."""
    from recordings.language.types import Line
    from testcases.judging.training import examples, sentences

    agent = [text for each in examples() if each.language == "en" for text in (*each.same, *each.other, *each.near)]
    customer = sentences("en")
    lines: list[Line] = []
    said = 0
    while said < words:
        role = "agent" if len(lines) % 2 == 0 else "customer"
        pool, turns = (agent, drawn.randint(1, 3)) if role == "agent" else (customer, 1)
        text = " ".join(drawn.choice(pool) for _ in range(turns))
        said += len(text.split())
        lines.append(Line(len(lines), role, 0.0, 0.0, text))
    each = SECONDS / len(lines)
    return [Line(at, line.role, at * each, (at + 0.9) * each, line.text) for at, line in enumerate(lines)]


def kill_batch(runs: int, kills: int) -> bool:
    """A batch over a few transcripts and cases; its worker is killed with SIGKILL `kills` times on its way."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from testcases.models import CaseBatch, CaseRun, RunStatus

    batch = plan(runs)
    killed = 0
    while CaseBatch.objects.get(pk=batch.pk).status in ("waiting", "running"):
        before = done_of(batch)
        process = subprocess.Popen([sys.executable, "-m", "benchmarks.judging", str(batch.pk)])
        wanted = before + max(1, runs // (kills + 1))
        while process.poll() is None:
            if killed < kills and done_of(batch) >= wanted:
                os.kill(process.pid, signal.SIGKILL)
                killed += 1
            time.sleep(0.05)
    rows = CaseRun.objects.filter(batch=batch)
    keys = set(rows.values_list("key", flat=True))
    judged = rows.filter(status=RunStatus.JUDGED).count()
    criteria = sum(len(row.version.content["criteria"]) for row in rows.select_related("version"))
    results = sum(row.results.count() for row in rows.prefetch_related("results"))
    print(
        f"batch: {rows.count()} runs, {len(keys)} keys, {judged} judged, "
        f"{results} verdicts of {criteria}; {killed} kills"
    )
    return rows.count() == len(keys) == judged == runs and results == criteria


def plan(runs: int) -> Any:
    from salesiq.people.models import Client
    from testcases.batches.services import BatchSubject, start_batch
    from testcases.library.install import install_library
    from testcases.models import CaseVersion

    client = Client.objects.create(name="Benchmark", slug=f"benchmark-{random.SystemRandom().randrange(10**9)}")
    install_library(client=client)
    versions = list(CaseVersion.objects.filter(client=client, case__language="en").order_by("case__name")[:20])
    drawn = random.Random(11)
    subjects = [BatchSubject(lines=transcript(drawn, words=200)) for _ in range(-(-runs // len(versions)))]
    return start_batch(client=client, user=None, versions=versions, subjects=subjects)


def done_of(batch: Any) -> int:
    from testcases.models import CaseRun, RunStatus

    return CaseRun.objects.filter(batch=batch).exclude(status__in=[RunStatus.WAITING, RunStatus.RUNNING]).count()


def work(pk: str) -> None:
    """What the killed process does: take the job, whose lease is let run out first, and work."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "salesiq.settings")
    django.setup()
    from datetime import timedelta

    from django.utils import timezone

    from salesiq.jobs.models import Job
    from salesiq.jobs.services import run_job

    jobs = Job.objects.filter(subject=pk, task="testcases.tasks.run_batch")
    jobs.filter(status="running").update(lease_until=timezone.now() - timedelta(seconds=1))
    jobs.update(max_attempts=50)
    run_job(jobs.get().pk)


if __name__ == "__main__":
    if len(sys.argv) == 2 and not sys.argv[1].startswith("-"):
        work(sys.argv[1])
        sys.exit(0)
    given = argparse.ArgumentParser(description=__doc__)
    add_arguments(given)
    sys.exit(run(given.parse_args()))
