"""What asking a model costs beside the model: `python -m benchmarks.models [--rounds 200] [--without-embedded]`.

In a database of its own (SQLite unless DATABASE_URL names a server): a request through `ask()` against the same request
by a bare HTTP client with its connection kept open, both to a server on loopback that answers at once; then how long
the small model inside salesiq takes to start and to answer. Prints one run on one machine.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from decimal import Decimal


def median_ms(work: Callable[[], object], rounds: int) -> tuple[float, float]:
    """(median, 95th percentile) in milliseconds."""
    work()
    taken = []
    for _number in range(rounds):
        started = time.perf_counter()
        work()
        taken.append((time.perf_counter() - started) * 1000)
    return statistics.median(taken), statistics.quantiles(taken, n=20)[-1]


def overhead(rounds: int) -> None:
    import httpx2

    from prompts.providers.asking import Request, ask
    from tests.prompts.factories import make_model, make_policy, make_provider
    from tests.prompts.model_server import ModelServer

    messages = [{"role": "user", "content": "word " * 2000}]
    with ModelServer() as server:
        server.answers("word " * 200)
        model = make_model(provider=make_provider(url=server.url))
        request = Request(messages=messages, purpose="trial")
        client, body = httpx2.Client(), {"model": model.name, "messages": messages}
        ways: list[tuple[str, Callable[[], object]]] = [
            ("bare HTTP", lambda: client.post(f"{server.url}/chat/completions", json=body).json()),
            ("ask()", lambda: ask(client=model.client, models=[model], request=request)),
        ]
        for name, work in ways:
            print(f"{name:32} p50 {median_ms(work, rounds)[0]:7.2f} ms   p95 {median_ms(work, rounds)[1]:7.2f} ms")
        make_policy(client=model.client, monthly_budget=Decimal(10_000), requests_per_minute=1_000_000)
        model.input_price = Decimal(1)
        found = median_ms(ways[1][1], rounds)
        print(f"{'ask() with budget and limit':32} p50 {found[0]:7.2f} ms   p95 {found[1]:7.2f} ms")


def small_model(rounds: int) -> None:
    from prompts.providers import embedded
    from prompts.providers.asking import Request, ask
    from prompts.providers.connecting import connect_embedded
    from tests.factories import make_client

    started = time.perf_counter()
    embedded.running()
    print(f"{'small model: start':32} {time.perf_counter() - started:7.2f} s")
    client = make_client()
    model = connect_embedded(client)
    for words in (50, 1000):
        messages = [{"role": "user", "content": "Tell a story. " + "The price is high. " * (words // 4)}]
        request = Request(
            messages=messages, purpose="trial", parameters={"max_tokens": 128, "temperature": 0, "seed": 1}
        )
        for _number in range(rounds):
            reply = ask(client=client, models=[model], request=request, on_text=str)
            assert reply.latency_ms and reply.first_token_ms
            rate = (reply.output_tokens - 1) * 1000 / max(1, reply.latency_ms - reply.first_token_ms)
            print(
                f"{'small model: answer':32} {reply.input_tokens} tokens in, first of {reply.output_tokens} out after"
                f" {reply.first_token_ms} ms, {rate:.0f} tokens/s"
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--without-embedded", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SALESIQ_DATA_DIR"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "salesiq.settings")
        import django

        django.setup()
        from django.test.utils import setup_databases, teardown_databases

        made = setup_databases(verbosity=0, interactive=False)
        try:
            overhead(options.rounds)
            if not options.without_embedded:
                small_model(3)
        finally:
            teardown_databases(made, verbosity=0)


if __name__ == "__main__":
    main()
