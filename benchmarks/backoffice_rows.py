"""What `benchmarks.backoffice` asks for beside calls: people, open work, reviews, and one call of an hour."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.db import transaction
from django.utils import timezone

from recordings.models import (
    CallAnalysis,
    CallStatus,
    Recording,
    Review,
    ReviewStatus,
    SalesCall,
    Score,
    Scorecard,
    ScoreItem,
    Transcript,
    Utterance,
)
from salesiq.people.models import Agent, Client, Team, User
from salesiq.people.roles import Role
from salesiq.people.services import choose_client

OPEN_SHARE, LEAST_OPEN = 0.002, 60
REVIEWED_SHARE = 0.02
LINES, SECONDS_A_LINE = 900, 4.0
WORDS = [
    "we",
    "would",
    "like",
    "to",
    "know",
    "what",
    "the",
    "team",
    "plan",
    "costs",
    "for",
    "ten",
    "people",
    "before",
    "the",
    "renewal",
    "in",
    "March",
]
QUESTION = {"weight": 5, "rule": "greeting_and_identification"}
CRITERIA = [{"key": f"question_{n}", "name": f"Question {n}", **QUESTION} for n in range(20)]
OPEN_STATES = {"failed": CallStatus.FAILED, "held back": CallStatus.HELD_BACK, "in progress": CallStatus.TRANSCRIBED}


@dataclass(frozen=True)
class Rows:
    people: dict[str, User]
    agent: str
    other: str
    team: str
    long_call: str
    review: str
    has_queue: bool
    has_screen: bool
    told: str


def fill(size: int) -> Rows:
    """Add what is missing; the second time nothing is."""
    client = choose_client("")
    people = {name: _person(client, name, role) for name, role in _ROLES.items()}
    teams = list(Team.objects.filter(client=client).order_by("pk")[:3])
    for team in teams:
        team.managers.add(people["manager"])
        team.reviewers.add(people["reviewer"])
    agents = list(Agent.objects.filter(client=client, team=teams[0]).order_by("pk")[:2])
    call = SalesCall.objects.filter(client=client, title=_TITLE).first()
    if call is None:
        with transaction.atomic():
            _open_work(client, size)
            call = _long_call(client, agents[0])
            _reviews(client, size, people["reviewer"], call)
    review = Review.objects.get(call=call)
    reviewed = Review.objects.count()
    return Rows(
        people=people, agent=str(agents[0].pk), other=str(agents[1].pk), team=str(teams[0].pk),
        long_call=str(call.pk), review=str(review.pk) if _is_there("review") else "", has_queue=_is_there("reviews"),
        has_screen=admin.site.is_registered(Review),
        told=f"{SalesCall.objects.count()} calls, {reviewed} reviews, {LINES} utterances in the longest",
    )  # fmt: skip


_TITLE = "Renewal, sixty minutes"
_ROLES = {"admin": Role.ADMIN, "manager": Role.MANAGER, "reviewer": Role.REVIEWER}


def _person(client: Client, name: str, role: Role) -> User:
    return User.objects.get_or_create(username=f"bench-{name}", defaults={"client": client, "role": role})[0]


def _is_there(name: str) -> bool:
    """Whether an address of that name is part of the product."""
    from django.urls import get_resolver

    return name in get_resolver().reverse_dict


def _open_work(client: Client, size: int) -> None:
    """Some calls failed, are held back or under way, spread over all days. What is under way does not grow with what
    has been."""
    count = max(LEAST_OPEN, int(size * OPEN_SHARE))
    most = {CallStatus.TRANSCRIBED: LEAST_OPEN}
    ids = list(SalesCall.objects.filter(client=client).order_by("pk").values_list("pk", flat=True))
    step = max(1, len(ids) // (count * len(OPEN_STATES)))
    chosen = ids[::step]
    for number, status in enumerate(OPEN_STATES.values()):
        SalesCall.objects.filter(pk__in=chosen[number :: len(OPEN_STATES)][: most.get(status, count)]).update(
            status=status
        )


def _reviews(client: Client, size: int, reviewer: User, call: SalesCall) -> None:
    """Of one call in fifty; sixty wait for the reviewer, the others are closed."""
    card = Score.objects.get(call=call).scorecard
    now = timezone.now()
    teams = reviewer.reviewed_teams.all()
    calls = SalesCall.objects.filter(client=client, agent__team__in=teams).exclude(pk=call.pk)
    ids = calls.order_by("pk").values_list("pk", flat=True)[: max(LEAST_OPEN * 2, int(size * REVIEWED_SHARE))]
    rows = [
        Review(
            client=client, call_id=pk, scorecard=card, reviewer=reviewer, due_at=now + timedelta(hours=n - 20),
            **(
                {"status": ReviewStatus.ASSIGNED}
                if n < LEAST_OPEN
                else {"status": ReviewStatus.CLOSED, "total": 80, "submitted_at": now - timedelta(minutes=n)}
            ),
        )
        for n, pk in enumerate(ids)
    ]  # fmt: skip
    Review.objects.bulk_create(rows, batch_size=2000)
    values = {"client": client, "call": call, "scorecard": card, "reviewer": reviewer}
    Review.objects.create(status=ReviewStatus.DRAFT, due_at=now, **values)


def _long_call(client: Client, agent: Agent) -> SalesCall:
    seconds = LINES * SECONDS_A_LINE
    call = SalesCall.objects.create(
        client=client, agent=agent, title=_TITLE, started_at=timezone.now(), call_duration=seconds, language="en",
        call_type="inbound", outcome="qualified", quality_score=Decimal(72), status=CallStatus.PUBLISHED,
    )  # fmt: skip
    Recording.objects.create(
        client=client, call=call, original_name="renewal.wav", size=1, sha256="0" * 64, duration=seconds, channels=2,
        peaks=[[n % 97 for n in range(4000)]] * 2,
    )  # fmt: skip
    Transcript.objects.create(
        call=call, language="en", language_probability=1.0, model_name="base", model_sha256="0" * 64, engine="none"
    )
    lines = Utterance.objects.bulk_create(_line(call, n) for n in range(LINES))
    course = [{"time": line.start, "role": line.role, "score": (line.position % 9 - 4) / 10} for line in lines[::3]]
    CallAnalysis.objects.create(call=call, sentiment={"agent": 0.2, "customer": 0.1, "course": course})
    card = Scorecard.objects.create(client=client, name="Benchmark", criteria=CRITERIA)
    score = Score.objects.create(call=call, scorecard=card, total=Decimal(72))
    ScoreItem.objects.bulk_create(_item(score, n, lines[n * 40]) for n in range(len(CRITERIA)))
    return call


def _line(call: SalesCall, number: int) -> Utterance:
    start, role = number * SECONDS_A_LINE, ("agent", "customer")[number % 2]
    step = (SECONDS_A_LINE - 0.5) / len(WORDS)
    words = [[round(start + n * step, 2), round(start + (n + 1) * step, 2), word, 0.9] for n, word in enumerate(WORDS)]
    return Utterance(
        call=call, position=number, speaker=f"S{number % 2}", role=role, start=start, end=start + SECONDS_A_LINE - 0.5,
        text=" ".join(WORDS), words=words, sentiment=0.1, sentiment_label="neutral", sentiment_confidence=0.6,
    )  # fmt: skip


def _item(score: Score, number: int, evidence: Any) -> ScoreItem:
    return ScoreItem(
        score=score, position=number, key=f"question_{number}", name=f"Question {number}", points=4, max_points=5,
        reason="Said at the beginning.", confidence=0.8, evidence=evidence, value="yes",
    )  # fmt: skip
