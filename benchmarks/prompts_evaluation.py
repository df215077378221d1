"""Wall time of an evaluation against cases × latency ÷ requests at once, at a loopback server of fixed latency."""

import argparse
import multiprocessing
import os
import time
from typing import Any

MOST = 1.1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--cases", type=int, default=160)
    parser.add_argument("--latency", type=float, default=0.5, metavar="SECONDS")
    parser.add_argument("--at-once", type=int, default=8, metavar="N")
    parser.add_argument("--rounds", type=int, default=3)


def run(options: argparse.Namespace) -> int:
    """Prints a line a round; exit status 1 where the quickest takes more than MOST times the ideal."""
    address = multiprocessing.get_context("spawn").Queue()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(address, options.latency), daemon=True)
    server.start()
    host = address.get(timeout=60)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "salesiq.settings")
    os.environ["SALESIQ_MODEL_PRIVATE_HOSTS"] = host
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    ideal = options.cases * options.latency / options.at_once
    ratios = []
    for number in range(options.rounds):
        taken, processor = measure(host, options.cases, options.at_once)
        ratios.append(taken / ideal)
        figures = f"{taken:.2f} s, ideal {ideal:.2f} s, ratio {taken / ideal:.3f}"
        print(
            f"round {number + 1}: {options.cases} cases, {options.at_once} at once: {figures}, "
            f"processor {processor:.2f} s"
        )
    server.terminate()
    print(f"best ratio {min(ratios):.3f}, at most {MOST} wanted")
    return int(min(ratios) > MOST)


def serve(address: Any, latency: float) -> None:
    """In a process of its own, so that it takes no time from who asks."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "salesiq.settings")
    import django

    django.setup()
    from tests.prompts.model_server import ModelServer, slow

    with ModelServer() as server:
        server.answers(slow("Yes, on Tuesday.", latency))
        address.put(server.host)
        while True:
            time.sleep(60)


def measure(host: str, cases: int, at_once: int) -> tuple[float, float]:
    """Seconds on the clock and of the processor, from the start of the job to its end."""
    from prompts.evaluation.datasets import CaseDraft, add_cases, create_dataset
    from prompts.evaluation.services import create_evaluation, run_evaluation_here
    from tests.prompts.factories import make_model, make_prompt, make_provider, make_version

    provider = make_provider(url=f"http://{host}/v1", max_concurrency=at_once)
    prompt = make_prompt(client=provider.client, messages=())
    version = make_version(
        prompt=prompt, text="Answer: {{ question }}", variables=[{"name": "question", "type": "text"}]
    )
    dataset = create_dataset(client=prompt.client, user=None, name="benchmark", prompt=prompt)
    drafts = [
        CaseDraft(variables={"question": f"question {n}"}, assertions=[{"kind": "contains", "value": "Tuesday"}])
        for n in range(cases)
    ]
    add_cases(dataset=dataset, user=None, drafts=drafts)
    evaluation = create_evaluation(
        prompt=prompt, dataset=dataset, versions=[version], models=[make_model(provider=provider)], user=None
    )
    began, used = time.monotonic(), time.process_time()
    ended = run_evaluation_here(evaluation=evaluation)
    taken, processor = time.monotonic() - began, time.process_time() - used
    if ended.done != cases or ended.summary["arms"][0]["pass_rate"]["value"] != 1.0:
        raise SystemExit(f"only {ended.done} of {cases} were answered: {ended.error}")
    return taken, processor
