"""Two clients, two teams, one person of every kind, and of every thing one that is theirs and some that are not.

A new thing is a line in `make_world`: a name that rows.py uses after `on=`, its instances, who sees each of them, and
texts of it (`marks`) that nobody else may ever read.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.db.models import Model
from django.utils import timezone

from analytics.models import Annotation, DataExport, ReportSchedule
from analytics.rows import KINDS
from analytics.services import save_view
from integrations.crm.models import ForgottenPerson
from integrations.messaging.models import OutboxMessage, WebhookDelivery, WebhookEndpoint
from integrations.messaging.services import queue_email
from recordings.golden.services import keep_golden
from recordings.models import (
    Action,
    Appeal,
    BulkAction,
    BulkChange,
    CalibrationSession,
    CallComment,
    ConsentRecord,
    Disposal,
    ErasureRequest,
    JurisdictionRule,
    LegalHold,
    PersonExport,
    ProcessingPolicy,
    RedactionPolicy,
    RetentionRun,
    Review,
    SalesCall,
    SamplingPlan,
    SamplingRun,
    SavedSearch,
    ScoringRun,
    Tracker,
    TrackerRun,
    TransparencyNotice,
)
from recordings.privacy.holds import HoldScope, place_hold
from salesiq.audit.services import record_event
from salesiq.jobs.models import PeriodicRun, WorkerHeartbeat
from salesiq.people.keys import issue_key
from salesiq.people.models import Agent, Client, User
from salesiq.people.roles import Role
from salesiq.people.saved_filters import save_filter
from tests.access.cases import things_of_cases
from tests.access.decisions import things_of_decisions
from tests.access.evaluations import things_of_evaluations
from tests.access.judging import things_of_judging
from tests.access.managing import things_of_managing
from tests.access.measuring import things_of_measuring
from tests.access.practice import things_of_practice
from tests.access.prompts import things_of_prompts
from tests.access.sessions import things_of_sessions
from tests.factories import make_agent, make_client, make_customer, make_superuser, make_team, make_user
from tests.integrations.crm.factories import rows_of_agent, rows_of_client
from tests.recordings.coaching_factories import coached_rows
from tests.recordings.factories import (
    ONE_QUESTION,
    make_analysis_job,
    make_call,
    make_policy,
    make_scorecard,
    make_script,
)

TURNED_AWAY = frozenset({"stranger", "inactive admin"})
AGENTS = frozenset({"agent", "teammate", "other agent"})
OURS = AGENTS | {
    "admin", "manager", "other manager", "reviewer", "other reviewer", "integrator", "privacy officer",
}  # fmt: skip
FOREIGN = frozenset({"foreign admin", "foreign privacy officer"})
SIGNED_IN = OURS | FOREIGN | {"superuser", "admin of no client"}
PERSONS = SIGNED_IN | TURNED_AWAY

ALWAYS = frozenset({"superuser"})
WHOLE_CLIENT = ALWAYS | {"admin", "integrator"}
OF_TEAM = WHOLE_CLIENT | {"manager", "reviewer"}
OF_OTHER_TEAM = WHOLE_CLIENT | {"other manager", "other reviewer", "other agent"}
OF_FOREIGN = ALWAYS | {"foreign admin"}


@dataclass(frozen=True)
class Thing:
    """One row, the arguments of its address, who sees it, and texts that only they may read."""

    whose: str
    row: Model
    seen_by: frozenset[str]
    marks: tuple[str, ...] = ()
    arguments: tuple[Any, ...] = ()

    @property
    def address(self) -> list[Any]:
        return list(self.arguments) or [self.row.pk]


@dataclass
class World:
    people: dict[str, User | None]
    things: dict[str, list[Thing]] = field(default_factory=dict)

    def hidden_from(self, person: str) -> set[str]:
        """Texts that must be in no answer to `person`."""
        everything = [thing for things in self.things.values() for thing in things]
        seen = {mark for thing in everything if person in thing.seen_by for mark in thing.marks}
        return {mark for thing in everything for mark in thing.marks} - seen


def make_world() -> World:
    ours, foreign = make_client(name="Oursmark"), make_client(name="Foreignmark")
    people = _make_people(ours, foreign)
    world = World(people)
    calls = _make_calls(ours, foreign, people)
    world.things["call"] = calls
    world.things["call in the trail"] = [_in_trail(call) for call in calls]
    world.things["call's follow-up"] = [
        Thing(call.whose, call.row, call.seen_by, (), (call.row.pk, call.row.follow_ups.get().pk)) for call in calls
    ]
    world.things["call's text"] = [
        Thing(call.whose, call.row, call.seen_by, (), (call.row.pk, "next_action")) for call in calls
    ]
    world.things["agent of figures"] = [
        Thing(call.whose, call.row.agent, call.seen_by, (), (call.row.agent.pk,)) for call in calls
    ]
    world.things |= _parts(calls)
    world.things |= _parts_of_reviews(world.things["review"])
    world.things |= _make_coaching(calls)
    world.things["golden example"] = [_make_golden(call) for call in calls if call.whose != "a teammate's"]
    world.things |= _of_clients(ours, foreign, people)
    world.things |= _make_crm(calls, ours, foreign)
    _make_jobs(world, calls)
    _make_exports(world, ours, foreign)
    world.things |= things_of_prompts(world, ours, foreign)
    world.things |= things_of_evaluations(world, ours, foreign)
    world.things |= things_of_practice(world, ours, foreign)
    world.things |= things_of_sessions(world)
    world.things |= things_of_measuring(world, ours, foreign)
    world.things |= things_of_cases(world, ours, foreign)
    world.things |= things_of_managing(world, ours, foreign)
    world.things |= things_of_judging(world, ours, foreign)
    world.things |= things_of_decisions(world, ours, foreign)
    return world


def _make_people(ours: Client, foreign: Client) -> dict[str, User | None]:
    people: dict[str, User | None] = {"stranger": None, "superuser": make_superuser()}
    people["admin of no client"] = _homeless(Role.ADMIN)
    people["inactive admin"] = make_user(role=Role.ADMIN, client=ours, is_active=False)
    for name, role in (("admin", Role.ADMIN), ("integrator", Role.INTEGRATOR), ("privacy officer", Role.PRIVACY)):
        people[name] = make_user(role=role, client=ours)
    for name in AGENTS:
        people[name] = make_user(role=Role.AGENT, client=ours)
    for prefix in ("", "other "):
        people[f"{prefix}manager"] = make_user(role=Role.MANAGER, client=ours)
        people[f"{prefix}reviewer"] = make_user(role=Role.REVIEWER, client=ours)
    people["foreign admin"] = make_user(role=Role.ADMIN, client=foreign)
    people["foreign privacy officer"] = make_user(role=Role.PRIVACY, client=foreign)
    return people


def _homeless(role: Role) -> User:
    user = make_user(role=role)
    user.client = None
    user.save()
    return user


def _make_calls(ours: Client, foreign: Client, people: dict[str, User | None]) -> list[Thing]:
    teams = {}
    for prefix in ("", "other "):
        teams[prefix] = team = make_team(client=ours)
        team.managers.add(people[f"{prefix}manager"])
        team.reviewers.add(people[f"{prefix}reviewer"])
    agents = [
        ("own team's", make_agent(team=teams[""], user=people["agent"], name="Agentmark A"), OF_TEAM | {"agent"}),
        ("a teammate's", make_agent(team=teams[""], user=people["teammate"], name="Agentmark B"),
         OF_TEAM | {"teammate"}),
        ("the other team's", make_agent(team=teams["other "], user=people["other agent"], name="Agentmark C"),
         OF_OTHER_TEAM),
        ("the other client's", make_agent(client=foreign, name="Agentmark D"), OF_FOREIGN),
    ]  # fmt: skip
    return [_make_call(whose, agent, seen_by) for whose, agent, seen_by in agents]


def _make_call(whose: str, agent: Agent, seen_by: frozenset[str]) -> Thing:
    letter = agent.name[-1]
    customer = make_customer(client=agent.client, name=f"Customermark {letter}")
    call = make_call(client=agent.client, agent=agent, customer=customer, title=f"Titlemark {letter}")
    call.utterances.filter(position=1).update(text=f"Wordmark {letter}")
    call.follow_ups.update(text=f"Promisemark {letter}")
    call.objections.update(quote=f"Quotemark {letter}")
    marks = [agent.name, *(f"{kind}mark {letter}" for kind in ("Customer", "Title", "Word", "Promise", "Quote"))]
    return Thing(whose, call, seen_by, (*marks, str(call.pk)))


def _in_trail(call: Thing) -> Thing:
    """Who looks after the audit trail reads there which call somebody commented on, and nothing else of it."""
    officer = "foreign privacy officer" if call.seen_by == OF_FOREIGN else "privacy officer"
    return Thing(call.whose, call.row, frozenset({officer}), (str(call.row.pk),))


def _parts(calls: list[Thing]) -> dict[str, list[Thing]]:
    """Rows that belong to a call, with its eyes on them; a teammate's is left out, for the suite's speed."""

    def of_calls(part: Any) -> list[Thing]:
        return [Thing(c.whose, part(c.row), c.seen_by) for c in calls if c.whose != "a teammate's"]

    def first(name: str) -> Any:
        return lambda call: getattr(call, name).first()

    parts: dict[str, Any] = {
        "recording": lambda call: call.recording,
        "transcript": lambda call: call.transcript,
        "follow-up": first("follow_ups"),
        "objection": first("objections"),
        "score": first("scores"),
        "step": first("steps"),
        "review": _make_review,
        "given review": _make_given_review,
    }
    return {name: of_calls(part) for name, part in parts.items()}


def _make_review(call: SalesCall) -> Review:
    """One that nobody has yet, with somebody's comment and an appeal."""
    question = {"key": "greeting", "name": "Greeting", "weight": 1, "kind": "yes_no", "answered_by": "person"}
    card = make_scorecard(client=call.client, criteria=[question])
    review = Review.objects.create(client=call.client, call=call, scorecard=card, sample_reason=f"Whymark {call.title}")
    CallComment.objects.create(client=call.client, call=call, at=1.0, text=f"Commentmark {call.title}")
    Appeal.objects.create(review=review, key="greeting", reason=f"Appealmark {call.title}")
    return review


def _make_given_review(call: SalesCall) -> Review:
    """One that its agent may read and answer."""
    card = make_scorecard(client=call.client, criteria=[ONE_QUESTION])
    return Review.objects.create(client=call.client, call=call, scorecard=card, status="submitted")


def _make_golden(call: Thing) -> Thing:
    example = keep_golden(
        call=call.row, source="overruled", question="greeting", answer="yes", reason=f"Goldenmark {call.row.title}"
    )
    return Thing(call.whose, example, call.seen_by - AGENTS - {"integrator"}, (f"Goldenmark {call.row.title}",))


def _parts_of_reviews(reviews: list[Thing]) -> dict[str, list[Thing]]:
    """What stands behind a review in its addresses."""

    def of_reviews(part: Any) -> list[Thing]:
        return [Thing(r.whose, r.row, r.seen_by, (), (r.row.pk, part(r.row))) for r in reviews]

    return {
        "review's line": of_reviews(lambda review: 0),
        "review's comment": of_reviews(lambda review: review.call.comments.get().pk),
        "appeal": [Thing(r.whose, r.row.appeals.get(), r.seen_by) for r in reviews],  # type: ignore[attr-defined]
        "review's appeal": of_reviews(lambda review: review.appeals.get().pk),
    }


def _make_coaching(calls: list[Thing]) -> dict[str, list[Thing]]:
    """What belongs to an agent and their call: a given review, a coaching session, a goal, a moment, a link."""
    things: dict[str, list[Thing]] = {}
    for call in calls:
        if call.whose == "a teammate's":
            continue
        mark = call.row.agent.name[-1]
        people = call.seen_by - {"integrator"}
        rows = coached_rows(call.row, mark)
        review, session, point, moment = rows["review"], rows["session"], rows["point"], rows["moment"]
        pair, at = (call.row.agent.pk, review.pk), (session.pk, point.pk)
        own = {"own team's": {"agent"}, "the other team's": {"other agent"}}.get(call.whose, set())
        for name, thing in {
            "own review": Thing(call.whose, review, frozenset(own)),
            "agent's review": Thing(call.whose, review, call.seen_by, (f"Reviewword {mark}",), pair),
            "coaching session": Thing(call.whose, session, people, (f"Sessionmark {mark}",)),
            "coaching point": Thing(call.whose, point, people, (f"Pointmark {mark}",), at),
            "coaching goal": Thing(call.whose, rows["goal"], people, (f"Goalmark {mark}",)),
            "moment": Thing(call.whose, moment, people, (f"Momentmark {mark}",)),
        }.items():
            things.setdefault(name, []).append(thing)
    things["shared moment"] = [_share(calls[0].row.client, OURS - {"integrator", "privacy officer"})]
    things["shared moment"] += [_share(calls[-1].row.client, {"foreign admin"})]
    return things


def _share(client: Client, library: Iterable[str]) -> Thing:
    """A link to a moment: it opens for everybody of the client who has to do with coaching."""
    rows = coached_rows(make_call(client=client), "of nobody here")
    return Thing(f"{client}'s", rows["share"], ALWAYS | set(library), (), (rows["secret"],))


def _of_clients(ours: Client, foreign: Client, people: dict[str, User | None]) -> dict[str, list[Thing]]:
    """Rows that belong to a client as a whole."""

    def pair(make: Any, *, sees: Iterable[str] = OURS, foreigners: Iterable[str] = FOREIGN) -> list[Thing]:
        theirs, others = ALWAYS | set(sees), ALWAYS | set(foreigners)
        return [_mark("own client's", make(ours), theirs), _mark("the other client's", make(foreign), others)]

    customers = {"sees": {"admin", "integrator", "privacy officer"}, "foreigners": FOREIGN}
    auditors = {"sees": {"admin", "privacy officer"}, "foreigners": FOREIGN}
    managed = {"sees": {"admin", "manager", "other manager", "reviewer", "other reviewer"},
               "foreigners": {"foreign admin"}}  # fmt: skip
    officers = {"sees": {"admin", "privacy officer"}, "foreigners": FOREIGN}
    holds = pair(_make_hold, **officers)
    heartbeat = WorkerHeartbeat.objects.create(host="Heartmark", pid=7)
    run = PeriodicRun.objects.create(name="Runmark", period_start=timezone.now())
    keys = _make_keys(people)
    return {
        "client": [Thing("own client's", ours, ALWAYS | OURS, (ours.name,)),
                   Thing("the other client's", foreign, ALWAYS | FOREIGN, (foreign.name,))],
        "team": pair(lambda client: make_team(client=client, name=f"Teammark {client.slug}")),
        "agent": pair(lambda client: make_agent(client=client, name=f"Someonemark {client.slug}"), **customers),
        "customer": pair(lambda client: make_customer(client=client, name=f"Buyermark {client.slug}"), **customers),
        "user": pair(lambda client: make_user(client=client, username=f"Usermark-{client.slug}"), **managed),
        "script": pair(lambda client: make_script(client=client, name=f"Scriptmark {client.slug}", status="draft")),
        "redaction policy": pair(lambda client: RedactionPolicy.objects.create(client=client)),
        "scorecard": pair(
            lambda client: make_scorecard(
                client=client, name=f"Cardmark {client.slug}", status="draft", criteria=[ONE_QUESTION])),
        "scoring run": pair(_make_scoring_run, sees=managed["sees"], foreigners=managed["foreigners"]),
        "processing policy": pair(lambda client: ProcessingPolicy.objects.get(client=client), **officers),
        "consent record": pair(
            lambda client: ConsentRecord.objects.create(
                client=client, customer=make_customer(client=client), state="refused", evidence="person",
                reference=f"Wroteword {client.slug}"), **officers),
        "jurisdiction rule": pair(
            lambda client: JurisdictionRule.objects.create(
                client=client, code="XX", rule="all_party", source=f"Lawword {client.slug}"), **officers),
        "hold": holds,
        "held call": [Thing(hold.whose, hold.row.held_calls.get(), hold.seen_by) for hold in holds],
        "retention policy": pair(
            lambda client: make_policy(client, Action.DROP_SOUND, ground=f"Groundmark {client.slug}"), **officers),
        "retention run": pair(
            lambda client: RetentionRun.objects.create(client=client, finished_at=timezone.now()), **officers),
        "disposal": pair(_make_disposal, **officers),
        "audit event": pair(lambda client: record_event(action="viewed", target=client, actor=None), **auditors),
        "heartbeat": [Thing("the installation's", heartbeat, ALWAYS, ("Heartmark",))],
        "periodic run": [Thing("the installation's", run, ALWAYS, ("Runmark",))],
        "message": pair(_make_message, sees={"admin"}, foreigners={"foreign admin"}),
        "webhook": pair(_make_webhook, sees={"admin"}, foreigners={"foreign admin"}),
        "webhook delivery": pair(
            lambda client: WebhookDelivery.objects.create(
                client=client, endpoint=_make_webhook(client, "Deliverymark"), event=f"hookmark.{client.slug}",
                idempotency_key="deliverymark"),
            sees={"admin"}, foreigners={"foreign admin"}),
        "person's export": pair(_make_person_export, **officers),
        "erasure": pair(_make_erasure, **officers),
        "calibration": pair(
            lambda client: CalibrationSession.objects.create(
                client=client, name=f"Calibrationmark {client.slug}",
                scorecard=make_scorecard(client=client, criteria=[ONE_QUESTION])),
            sees={"admin", "manager", "other manager", "reviewer", "other reviewer"}, foreigners={"foreign admin"}),
        "forgotten person": pair(
            lambda client: ForgottenPerson.objects.create(client=client, forgotten_on="2026-01-05"), **officers
        ),
        "notice": pair(lambda client: TransparencyNotice.objects.create(client=client, contact="us"), **officers),
        "key": keys,
        "annotation": pair(lambda client: Annotation.objects.create(client=client, day="2026-01-05", text="New script"),
                           foreigners={"foreign admin"}),
        "saved view": _make_saved_views(people),
        "saved filter": _make_saved_filters(people),
        "sampling plan": pair(
            lambda client: SamplingPlan.objects.create(client=client, name=f"Planmark {client.slug}"), **managed),
        "tracker": pair(
            lambda client: Tracker.objects.create(client=client, name=f"Trackmark {client.slug}", phrases=["price"]),
            **managed),
        "tracker run": pair(
            lambda client: TrackerRun.objects.create(
                revision=1,
                tracker=Tracker.objects.create(client=client, name=f"Hearmark {client.slug}", phrases=["price"])),
            **managed),
        "sampling run": pair(_make_sampling_run, **managed),
        "saved search": _make_saved_searches(people),
        "kind of rows": [Thing(f"those of {kind}", ours, PERSONS, (), (kind,)) for kind in KINDS],
        "integrator's key": [replace(keys[0], seen_by=frozenset({"integrator"}))],
    }  # fmt: skip


CRM_OF_AGENT = {
    "deal": ("Deal", "Step"), "lead": ("Source",), "activity": ("Subject",), "task": ("Task",), "contact": ("Job",),
    "purchase": (), "agentprofile": ("Boss",), "target": ("Target",),
}  # fmt: skip
CRM_OF_CLIENT = {
    "company": "Firm", "product": "Goods", "adcost": "Ads", "industrystandard": "Paper", "stage": "Stage",
    "exchangerate": "", "customfield": "Label",
}  # fmt: skip


def _make_crm(calls: list[Thing], ours: Client, foreign: Client) -> dict[str, list[Thing]]:
    """CRM records: of a call's agent and customer, with the call's eyes on them, and of a whole client."""
    things: dict[str, list[Thing]] = {}
    for call in calls:
        if call.whose == "a teammate's" or not isinstance(call.row, SalesCall):
            continue
        mark = f"crmmark {call.row.title[-1]}"
        rows = rows_of_agent(call.row.agent, call.row.customer, mark)
        for name, kinds in CRM_OF_AGENT.items():
            marks = tuple(f"{kind}{mark}" for kind in kinds)
            things.setdefault(f"CRM {name}", []).append(Thing(call.whose, rows[name], call.seen_by, marks))
    steering = ALWAYS | {"admin", "manager", "other manager"}
    importing = ALWAYS | {"admin", "integrator"}
    for whose, client, everybody in (("own client's", ours, OURS), ("the other client's", foreign, FOREIGN)):
        mark = f"crmmark {client.slug}"
        rows = rows_of_client(client, mark)
        for name, kind in CRM_OF_CLIENT.items():
            seen_by = everybody if name != "adcost" else everybody & (steering | {"foreign admin"})
            marks = (f"{kind}{mark}",) if kind else ()
            things.setdefault(f"CRM {name}", []).append(Thing(whose, rows[name], ALWAYS | seen_by, marks))
        files = ALWAYS | (everybody & (importing | {"foreign admin"}))
        things.setdefault("import source", []).append(Thing(whose, rows["importsource"], files, (f"From{mark}",)))
        marks = (f"File{mark}", f"Rejected{mark}")
        things.setdefault("import", []).append(Thing(whose, rows["importrun"], files, marks))
    return things


def _make_person_export(client: Client) -> PersonExport:
    export = PersonExport.objects.create(client=client, status="done", error=f"Exportmark {client.slug}")
    export.file.save("export.zip", ContentFile(b"PK"))
    return export


def _make_message(client: Client) -> OutboxMessage:
    return queue_email(
        client=client, to=[f"mailmark@{client.slug}.example"], subject=f"Lettermark {client.slug}", text="t", key="k"
    )


def _make_webhook(client: Client, name: str = "Hookmark") -> WebhookEndpoint:
    return WebhookEndpoint.objects.create(
        client=client, name=f"{name} {client.slug}", url="https://hooks.example/", secret="whsec_AAAA"
    )


def _make_erasure(client: Client) -> ErasureRequest:
    return ErasureRequest.objects.create(
        client=client, status="done", finished_at=timezone.now(), receipt={"request": f"Receiptmark {client.slug}"}
    )


def _make_keys(people: dict[str, User | None]) -> list[Thing]:
    ours = issue_key(user=people["integrator"], name="Keymark A", actor=None).key
    foreign = issue_key(user=people["foreign admin"], name="Keymark B", actor=None).key
    return [
        Thing("the integrator's", ours, ALWAYS | {"admin", "integrator"}, (ours.name,)),
        Thing("the other client's", foreign, OF_FOREIGN, (foreign.name,)),
    ]


def _make_saved_filters(people: dict[str, User | None]) -> list[Thing]:
    """Likewise."""
    things = []
    for owner in ("manager", "foreign admin"):
        user = people[owner]
        assert user is not None
        values = {"screen": "recordings.salescall", "name": f"Filtermark {owner}", "query": "status__exact=failed"}
        saved = save_filter(user=user, is_shared=False, **values)
        things.append(Thing(f"the {owner}'s", saved, frozenset({owner}), (saved.name,)))
    return things


def _make_saved_views(people: dict[str, User | None]) -> list[Thing]:
    """A view that nobody shares is its owner's alone."""
    things = []
    for owner in ("manager", "foreign admin"):
        user = people[owner]
        assert user is not None
        view = save_view(user=user, name=f"Viewmark {owner}", page="analytics-overview", query="", is_shared=False)
        things.append(Thing(f"the {owner}'s", view, frozenset({owner}), (view.name,)))
    return things


def _make_sampling_run(client: Client) -> SamplingRun:
    plan = SamplingPlan.objects.create(client=client, name=f"Drawnmark {client.slug}")
    return SamplingRun.objects.create(plan=plan, period="2026-W48", seed=1)


def _make_scoring_run(client: Client) -> ScoringRun:
    return ScoringRun.objects.create(client=client, scorecard=make_scorecard(client=client), purpose="rescore", total=1)


def _make_saved_searches(people: dict[str, User | None]) -> list[Thing]:
    """A search is its owner's alone."""
    things = []
    for owner in ("manager", "foreign admin"):
        user = people[owner]
        assert user is not None
        saved = SavedSearch.objects.create(user=user, client=user.client, name=f"Searchmark {owner}", words="price")
        things.append(Thing(f"the {owner}'s", saved, frozenset({owner}), (saved.name,)))
    return things


def _make_hold(client: Client) -> LegalHold:
    call = SalesCall.objects.create(client=client)
    scope = HoldScope(calls=SalesCall.objects.filter(pk=call.pk))
    until = timezone.localdate() + timedelta(days=30)
    matter, reason = f"Mattermark {client.slug}", f"Reasonmark {client.slug}"
    return place_hold(client=client, matter=matter, reason=reason, until=until, scope=scope, actor=None)


def _make_disposal(client: Client) -> Disposal:
    run = RetentionRun.objects.create(client=client, finished_at=timezone.now())
    return Disposal.objects.create(
        run=run, client=client, call_id=client.pk, call_day=timezone.localdate(), action=Action.DELETE,
        policy_name=f"Disposalmark {client.slug}", policy_version=1, reason="Due", result="done",
    )  # fmt: skip


def _mark(whose: str, row: Model, seen_by: frozenset[str]) -> Thing:
    names = [getattr(row, name, "") for name in ("name", "username", "policy_name", "reason", "ground", "subject")]
    return Thing(whose, row, frozenset(seen_by), tuple(name for name in names if "mark" in str(name)))


def _make_exports(world: World, ours: Client, foreign: Client) -> None:
    """Files and schedules belong to who made them; administrators see those of the client."""
    makers = [(ours, "manager", ALWAYS | {"admin", "manager"}), (ours, "agent", ALWAYS | {"admin", "agent"}),
              (foreign, "foreign admin", OF_FOREIGN)]  # fmt: skip
    world.things["data export"] = [
        Thing(
            f"the {who}'s",
            _make_data_export(client, world.people[who], f"Datamark {who}"),
            seen_by,
            (f"Datamark {who}",),
        )
        for client, who, seen_by in makers
    ]
    world.things["change to many calls"] = [
        Thing(
            f"the {who}'s",
            BulkChange.objects.create(client=client, created_by=world.people[who], action=BulkAction.OUTCOME),
            seen_by,
        )
        for client, who, seen_by in makers
        if who != "agent"
    ]
    world.things["report schedule"] = [
        Thing(
            f"the {who}'s",
            ReportSchedule.objects.create(client=client, user=world.people[who], name=f"Schedulemark {who}"),
            seen_by,
            (f"Schedulemark {who}",),
        )
        for client, who, seen_by in makers
    ]


def _make_data_export(client: Client, user: User | None, mark: str) -> DataExport:
    export = DataExport(client=client, user=user, kind="calls", format="csv", status="done", size=1, rows=0)
    export.error, export.expires_at = mark, timezone.now()
    export.file.save("calls.csv", ContentFile(b"a"), save=False)
    export.save()
    return export


def _make_jobs(world: World, calls: list[Thing]) -> None:
    """A manager sees the jobs they started; others of their rights see those of the client."""
    starters = {"own team's": "manager", "the other team's": "other manager", "the other client's": "foreign admin"}
    world.things["job"] = []
    for call in calls:
        assert isinstance(call.row, SalesCall)
        if starter := starters.get(call.whose):
            job = make_analysis_job(call.row, created_by=world.people[starter], status="failed")
            everybody = OF_FOREIGN if call.row.client != calls[0].row.client else WHOLE_CLIENT | {starter}
            world.things["job"].append(Thing(call.whose, job, everybody, (str(job.pk),)))
