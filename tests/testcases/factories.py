"""Rows of test cases for tests, one plain function each; names are unique unless given. Append only."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from recordings.models import SalesCall
from salesiq.people.models import Agent, Client
from testcases.content.reading import content_hash, read_content, write_content
from testcases.models import (
    Assignment,
    Benchmark,
    CaseRun,
    CaseVersion,
    CriterionResult,
    CustomerKind,
    PracticeSession,
    RunStatus,
    SessionStatus,
    SubjectKind,
    Suite,
    SuiteCase,
    TestCase,
    Training,
    Turn,
    Verdict,
)
from tests.factories import make_agent, make_client

_numbers = count(1)

CONTENT: dict[str, Any] = {
    "language": "en",
    "scenario": "Rosa Marin runs a dental practice and asked for a call about your scheduling software.",
    "expected_outcome": "She agrees to a demo and a day for it.",
    "persona": {
        "name": "Rosa Marin", "role": "Owner", "company": "Marin Dental", "background": "Four chairs, nine people.",
        "style": "Brisk and friendly", "mood": 0.1, "trust": 0.3, "patience": 0.6,
    },
    "goal": {
        "text": "Agree on a demo.",
        "reached": "next_step",
        "asked": ["Shall we look at it together on Thursday?", "Would a demo next week suit you?"],
        "lines": ["Thursday works for me.", "Yes, let us do that."],
        "trust": 0.4,
    },
    "facts": [
        {"key": "chairs", "text": "The practice has four chairs.", "asked": ["How many chairs do you have?"],
         "replies": ["We have four chairs."], "release": "asked"},
        {"key": "no_shows", "text": "Six patients a week do not turn up.", "asked": ["How many do not turn up?"],
         "replies": ["About six a week do not turn up."], "release": "asked"},
    ],
    "objections": [
        {"key": "price", "kind": "price", "lines": ["That sounds expensive for a small practice."], "raised": "price",
         "answers": ["It pays for itself with two kept appointments a month."], "insists": ["It is still a lot."],
         "eased": ["Put that way it is fair."], "needs": 1},
    ],
    "begins": "agent",
    "opening": ["Marin Dental, Rosa speaking."],
    "stop": {"turns": 12, "mood": -0.8},
    "criteria": [
        {"key": "greets", "text": "Says who is calling", "judge": {"kind": "said", "phrases": ["my name is"]},
         "weight": 1, "skill": "opening"},
        {"key": "asks_demo", "text": "Asks for a demo", "judge": {"kind": "said", "phrases": ["demo"]}, "weight": 2,
         "skill": "next_step", "required": True},
    ],
    "pass_mark": 60,
}  # fmt: skip

# Meets both criteria of CONTENT.
GOOD_LINES = (
    ("agent", "Good morning, my name is Dana from Brightline. How many chairs do you have?"),
    ("customer", "We have four chairs."),
    ("agent", "And how many patients do not turn up?"),
    ("customer", "About six a week. That sounds expensive for a small practice."),
    ("agent", "I understand. It pays for itself with two kept appointments a month. Would a demo next week suit you?"),
    ("customer", "Put that way it is fair. Thursday works for me."),
)
# Meets none.
POOR_LINES = (
    ("agent", "Hello, do you want to buy it or not?"),
    ("customer", "That sounds expensive for a small practice."),
    ("agent", "That is what it costs."),
    ("customer", "Then no, thank you."),
)
SECONDS_A_LINE = 5.0


def make_content(**changes: Any) -> dict[str, Any]:
    """A whole document of a case; `changes` take the place of its members."""
    return write_content(read_content({**CONTENT, **changes}))


def make_case(*, client: Client | None = None, content: Mapping[str, Any] | None = None, **values: Any) -> TestCase:
    """A case with its first version; `content` changes members of CONTENT."""
    n = next(_numbers)
    changes = dict(content or {})
    defaults = {
        "name": f"case-{n}", "title": f"Case {n}", "test_type": "objection_handling", "difficulty_level": "beginner",
        "language": changes.get("language", "en"), "skills": ["objection_price"],
    }  # fmt: skip
    case = TestCase.objects.create(client=client or make_client(), **{**defaults, **values})
    make_version(case=case, **changes)
    return case


def make_version(*, case: TestCase | None = None, why: str = "", **changes: Any) -> CaseVersion:
    """The next version of `case`, which becomes the current one; `changes` are members of the document."""
    if case is None:
        return make_case(content=changes).current  # type: ignore[return-value]
    content = make_content(**changes)
    version = CaseVersion.objects.create(
        client=case.client, case=case, number=1 + case.versions.count(), content=content,
        content_hash=content_hash(content), why=why,
    )  # fmt: skip
    case.current = version
    case.save(update_fields=["current"])
    return version


def make_suite(*, cases: Sequence[TestCase] = (), client: Client | None = None, **values: Any) -> Suite:
    n = next(_numbers)
    members = list(cases) or [make_case(client=client)]
    suite = Suite.objects.create(
        client=members[0].client, **{"name": f"suite-{n}", "title": f"Suite {n}", **values}
    )  # fmt: skip
    for position, case in enumerate(members):
        SuiteCase.objects.create(suite=suite, case=case, position=position)
    return suite


def make_training(*, client: Client | None = None, **values: Any) -> Training:
    n = next(_numbers)
    defaults = {
        "name": f"training-{n}", "title": f"Training {n}", "material": "Ask first.\n\nThen answer.",
        "skills": ["objection_price"],
    }  # fmt: skip
    return Training.objects.create(client=client or make_client(), **{**defaults, **values})


def make_assignment(*, agent: Agent | None = None, **values: Any) -> Assignment:
    """Of a case, unless `training`, `case` or `suite` is given."""
    things = [values[name] for name in ("case", "suite", "training") if values.get(name)]
    if agent is None:
        agent = make_agent(client=things[0].client if things else None)
    if not things:
        values["case"] = make_case(client=agent.client)
    return Assignment.objects.create(client=agent.client, agent=agent, **values)


def make_session(
    *,
    version: CaseVersion | None = None,
    agent: Agent | None = None,
    lines: Sequence[tuple[str, str]] = (),
    **values: Any,
) -> PracticeSession:
    """An open session of `agent`; with `lines` a finished one of these turns: (role, text)."""
    version = version or make_case(client=agent.client if agent else None).current
    assert version is not None
    agent = agent or make_agent(client=version.client)
    defaults: dict[str, Any] = {"user": agent.user, "seed": 7, "customer": CustomerKind.SCRIPTED}
    if lines:
        defaults |= {"status": SessionStatus.FINISHED, "ended_at": timezone.now(), "end_reason": "agent"}
    session = PracticeSession.objects.create(
        client=version.client, version=version, agent=agent, **{**defaults, **values}
    )  # fmt: skip
    for position, (role, text) in enumerate(lines):
        start = position * SECONDS_A_LINE
        Turn.objects.create(
            session=session, position=position, role=role, text=text, start=start, end=start + SECONDS_A_LINE - 0.5,
            key=f"turn-{position}" if role == "agent" else "",
        )  # fmt: skip
    return session


def make_run(
    *,
    version: CaseVersion | None = None,
    agent: Agent | None = None,
    call: SalesCall | None = None,
    session: PracticeSession | None = None,
    verdicts: Mapping[str, str] | None = None,
    days_ago: float = 0.0,
    **values: Any,
) -> CaseRun:
    """A judged run that passed, of a transcript unless a call or session is given. `verdicts` by criterion's key."""
    version = version or (session.version if session else make_case(client=agent.client if agent else None).current)
    assert version is not None
    kind = SubjectKind.CALL if call else SubjectKind.SESSION if session else SubjectKind.TRANSCRIPT
    when = timezone.now() - timedelta(days=days_ago)
    defaults: dict[str, Any] = {
        "kind": kind, "key": f"run-{next(_numbers)}", "status": RunStatus.JUDGED, "language": "en", "score": 90.0,
        "passed": True, "happened_at": when, "judged_at": when,
        "agent": agent or (session.agent if session else call.agent if call else None),
    }  # fmt: skip
    if kind == SubjectKind.TRANSCRIPT:
        defaults["lines"] = lines_of(GOOD_LINES)
    defaults |= values
    defaults.setdefault("automatic_score", defaults["score"])
    defaults.setdefault("automatic_passed", defaults["passed"])
    run = CaseRun.objects.create(client=version.client, version=version, call=call, session=session, **defaults)
    for position, criterion in enumerate(version.content["criteria"]):
        make_result(
            run=run, position=position, key=criterion["key"], verdict=(verdicts or {}).get(criterion["key"], "met")
        )
    return run


def make_result(*, run: CaseRun, **values: Any) -> CriterionResult:
    """A verdict with a quote from the transcript's first line."""
    defaults = {
        "position": 0, "key": f"criterion-{next(_numbers)}", "verdict": Verdict.MET, "judged_by": "said",
        "confidence": 0.9, "reason": "It was said.",
        "evidence": [{"quote": GOOD_LINES[0][1], "line": 0, "start": 0.0, "end": 4.5, "role": "agent"}],
    }  # fmt: skip
    return CriterionResult.objects.create(run=run, **{**defaults, **values})


def make_benchmark(*, client: Client | None = None, **values: Any) -> Benchmark:
    defaults = {"kind": "pass_rate", "value": 70.0, "source": f"Report {next(_numbers)}"}
    return Benchmark.objects.create(client=client or make_client(), **{**defaults, **values})


def lines_of(pairs: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    """(role, text) as the lines of a run."""
    return [
        {"role": role, "start": at * SECONDS_A_LINE, "end": (at + 1) * SECONDS_A_LINE - 0.5, "text": text}
        for at, (role, text) in enumerate(pairs)
    ]
