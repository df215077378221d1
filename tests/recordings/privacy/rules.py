"""Random rules and calls for tests of retention."""

from datetime import date, timedelta
from uuid import UUID

from hypothesis import strategies as st

from recordings.models import Action
from recordings.privacy.retention import Facts, Rule

TODAY = date(2026, 6, 1)
TYPES, OUTCOMES, TEXTS, LANGUAGES = (
    ("inbound", "outbound"),
    ("converted", "no_answer"),
    ("north", "south"),
    ("en", "es"),
)
DAYS, EITHER = st.integers(1, 60), st.booleans()
TEAMS = (UUID(int=1), UUID(int=2))


def some(words):
    """A filter: empty, or some of `words`."""
    return st.frozensets(st.sampled_from(words), max_size=2)


def rules(actions=tuple(Action), days=DAYS):
    return st.builds(
        Rule,
        id=st.uuids(),
        name=st.sampled_from(["A", "B", "C"]),
        action=st.sampled_from(actions),
        days=days,
        call_types=some(TYPES),
        outcomes=some(OUTCOMES),
        regions=some(TEXTS),
        sources=some(TEXTS),
        languages=some(LANGUAGES),
        team=st.sampled_from([None, *TEAMS]),
    )


def facts(held=EITHER):
    return st.builds(
        Facts,
        day=st.integers(0, 90).map(lambda days: TODAY - timedelta(days=days)),
        call_type=st.sampled_from(["", *TYPES]),
        outcome=st.sampled_from(["", *OUTCOMES]),
        region=st.sampled_from(["", *TEXTS]),
        source=st.sampled_from(["", *TEXTS]),
        language=st.sampled_from(["", *LANGUAGES]),
        team=st.sampled_from([None, *TEAMS]),
        done=st.sampled_from([action for action in Action if action != Action.DELETE]),
        held=held,
    )
