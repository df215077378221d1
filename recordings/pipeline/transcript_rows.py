"""Stored utterances as the language rooms see them."""

from recordings.language.types import Call, Line
from recordings.models import SalesCall, Utterance


def read_call(call: SalesCall) -> Call:
    """The stored transcript with what the workspace knows beforehand."""
    return describe_call(call, read_lines(list(call.utterances.all())))


def read_lines(utterances: list[Utterance]) -> tuple[Line, ...]:
    return tuple(Line(row.position, row.role, row.start, row.end, row.text, row.speaker) for row in utterances)


def describe_call(call: SalesCall, lines: tuple[Line, ...]) -> Call:
    """`lines` with the names and the day that give them meaning."""
    return Call(
        lines=lines,
        language=call.language,
        started_at=call.started_at,
        company_names=(call.client.name,),
        product_names=tuple(call.client.product_names),
        competitor_names=tuple(call.client.competitor_names),
        agent_name=call.agent.name if call.agent else "",
    )
