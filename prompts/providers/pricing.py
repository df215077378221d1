"""What a request costs: before it is sent at most, afterwards by the endpoint's own count. Prices are per million."""

from collections.abc import Mapping
from decimal import ROUND_UP, Decimal

from prompts.models import LanguageModel
from prompts.providers.request import Request

MILLION = Decimal(1_000_000)
SMALLEST = Decimal("0.00000001")
TOKENS_AROUND_A_MESSAGE = 8  # role and separators, in any chat template we met
BYTES_OF_A_TOKEN = 4  # of English text, about


def cost_of(*, model: LanguageModel, input_tokens: int, output_tokens: int, cached_tokens: int = 0) -> Decimal:
    """In the model's currency, rounded up to what the ledger holds."""
    cached = min(cached_tokens, input_tokens)
    cached_price = model.input_price if model.cached_input_price is None else model.cached_input_price
    whole = (input_tokens - cached) * model.input_price + cached * cached_price + output_tokens * model.output_price
    return (whole / MILLION).quantize(SMALLEST, rounding=ROUND_UP)


def most_input_tokens(request: Request) -> int:
    """No byte-level tokeniser makes more tokens than there are bytes."""
    return sum(len(row["content"].encode()) + TOKENS_AROUND_A_MESSAGE for row in request.wire_messages())


def most_output_tokens(model: LanguageModel, parameters: Mapping[str, object]) -> int:
    """What the answer is limited to: the request's `max_tokens`, never more than the model's own limit."""
    wanted = parameters.get("max_tokens")
    return min(wanted, model.max_output_tokens) if isinstance(wanted, int) and wanted > 0 else model.max_output_tokens


def worst_cost(*, model: LanguageModel, request: Request) -> Decimal:
    return cost_of(
        model=model,
        input_tokens=most_input_tokens(request),
        output_tokens=most_output_tokens(model, request.parameters),
    )


def about_tokens(text: str) -> int:
    """A guess for texts whose tokens nobody counted."""
    return -(-len(text.encode()) // BYTES_OF_A_TOKEN)


def about_input_tokens(request: Request) -> int:
    return sum(about_tokens(row["content"]) + TOKENS_AROUND_A_MESSAGE for row in request.wire_messages())
