"""Who gets what: one row for each address and each admin screen. Whoever adds an address adds its row here.

Address("call-outcome", on="call", post=EDIT, data={"outcome": "callback"})
    A name of a urls.py (with its namespace, "admin:search"); `on` is whose object stands in the address (a name of
    world.THINGS); for each HTTP method (get, post, put, patch, delete) the set of PERSONS who may. Who may not is
    refused (403); who may, but does not see the object, is told that nothing is there (404); strangers, inactive
    people and revoked keys are asked to sign in (302, below /api/ 401). Other methods must answer 405.
    `ok` is the status of success where it is not any below 400; `data` is what is sent; `query` follows the address.

Screen("recordings.followup", on="follow-up", view=ON_CALLS, change=EDIT, actions={"mark_done": EDIT})
    A model of the back office: who may see its list and a row (`view`; its history, if they may see the audit trail
    as well), and who may add, change and delete; NOBODY where it is left out. `actions` are all of its own actions.
    Custom screens of a ModelAdmin are Addresses ("admin:auth_user_password_change").

Public("healthz", "why everybody may see it"), for addresses that hold nothing of anybody.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.access.cases import addresses_of_cases, screens_of_cases
from tests.access.decisions import addresses_of_decisions
from tests.access.judging import addresses_of_judging
from tests.access.managing import addresses_of_managing
from tests.access.measuring import PLAN
from tests.access.practice import addresses_of_practice
from tests.access.sessions import addresses_of_sessions
from tests.access.world import AGENTS, FOREIGN, PERSONS, SIGNED_IN

Persons = frozenset[str]

NOBODY: Persons = frozenset()
EVERYONE = SIGNED_IN
SUPERUSER: Persons = frozenset({"superuser"})
ADMINS = SUPERUSER | {"admin", "foreign admin", "admin of no client"}
MANAGERS: Persons = frozenset({"manager", "other manager"})
REVIEWERS: Persons = frozenset({"reviewer", "other reviewer"})
PRIVACY: Persons = frozenset({"privacy officer", "foreign privacy officer"})
INTEGRATORS: Persons = frozenset({"integrator"})

STAFF = ADMINS | MANAGERS | REVIEWERS | PRIVACY
ON_CALLS = ADMINS | MANAGERS | REVIEWERS
VIEW = ON_CALLS | AGENTS | INTEGRATORS
EDIT = ADMINS | MANAGERS | REVIEWERS
ANALYZE = ADMINS | MANAGERS | INTEGRATORS
STANDARDS = ADMINS | MANAGERS
QUALITY = ADMINS | MANAGERS
JOBS = ADMINS | MANAGERS
AUDIT = ADMINS | PRIVACY
OFFICERS = ADMINS | PRIVACY
PROMPT_READERS = ON_CALLS | INTEGRATORS
PROMPT_WRITERS = ADMINS | MANAGERS | INTEGRATORS
# Rows are added to a client: who belongs to none has nowhere to add them.
OF_A_CLIENT: Persons = PERSONS - {"admin of no client"}
OF_ONE_CLIENT = OF_A_CLIENT - SUPERUSER


@dataclass(frozen=True)
class Address:
    name: str
    on: str = ""
    get: Persons | None = None
    post: Persons | None = None
    put: Persons | None = None
    patch: Persons | None = None
    delete: Persons | None = None
    ok: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    query: str = ""

    @property
    def may(self) -> dict[str, Persons]:
        methods = {name: getattr(self, name) for name in ("get", "post", "put", "patch", "delete")}
        return {name: persons for name, persons in methods.items() if persons is not None}


@dataclass(frozen=True)
class Screen:
    model: str
    on: str
    view: Persons
    add: Persons = NOBODY
    change: Persons = NOBODY
    delete: Persons = NOBODY
    actions: Mapping[str, Persons] = field(default_factory=dict)


@dataclass(frozen=True)
class Public:
    name: str
    why: str


COACHES = ON_CALLS
# Who is no agent has no pages of their own; a superuser finds them empty.
OWN_PAGES = AGENTS | SUPERUSER
GOAL = {"do": "goal", "title": "Ask", "measure": "score", "starts_on": "2026-01-05", "days": "30"}
CRM_PAGES = ("funnel", "geography", "deals", "calls", "sources", "leads", "customers", "tasks", "teams", "team", "roi")
WRITTEN_PROMPT = {
    "title": "Sum", "name": "sum", "family": "summary", "messages": "m0", "m0-role": "user", "m0-content": "Sum up.",
    "response_type": "text", "pii": "given", "refusal": "on", "echo": "on", "based_on": "1",
}  # fmt: skip
ENDPOINT = {
    "name": "Ours", "base_url": "https://models.example/v1", "order": "1", "timeout_seconds": "9", "max_attempts": "1",
    "max_concurrency": "1",
}  # fmt: skip
MODEL = {
    "name": "small", "context_tokens": "4096", "max_output_tokens": "256", "input_price": "0", "output_price": "0",
    "currency": "EUR", "order": "1",
}  # fmt: skip

ADDRESSES = [
    *addresses_of_judging(Address, players=VIEW, readers=PROMPT_READERS, writers=PROMPT_WRITERS),
    *addresses_of_sessions(Address, players=VIEW, readers=VIEW),
    *addresses_of_practice(Address, players=VIEW, readers=PROMPT_READERS, reviewers=EDIT),
    # Measuring of test cases
    Address("test-insights", get=PROMPT_READERS),
    Address("test-gaps", get=PROMPT_READERS),
    Address("test-gap-assign", on="", post=PROMPT_WRITERS, data={}, ok=404),
    Address("test-patterns", get=PROMPT_READERS),
    Address("test-training-effects", get=PROMPT_READERS),
    Address("test-agent", on="agent of figures", get=PROMPT_READERS),
    Address("test-experiments", get=PROMPT_READERS),
    Address("test-experiment-new", get=PROMPT_WRITERS & OF_ONE_CLIENT, post=PROMPT_WRITERS & OF_ONE_CLIENT, data=PLAN),
    Address("test-experiment-reckon", get=PROMPT_WRITERS),
    Address("test-experiment", on="running experiment", get=PROMPT_READERS),
    Address("test-experiment-start", on="planned experiment", post=PROMPT_WRITERS),
    Address("test-experiment-stop", on="running experiment", post=PROMPT_WRITERS),
    Address("test-experiment-delete", on="planned experiment", post=PROMPT_WRITERS),
    Address("test-validation", get=PROMPT_READERS),
    Address("test-validation-start", post=PROMPT_WRITERS & OF_ONE_CLIENT),
    Address("test-validation-case", on="measured case", get=PROMPT_READERS),
    *addresses_of_cases(Address, players=VIEW, readers=PROMPT_READERS, writers=PROMPT_WRITERS),
    *addresses_of_managing(Address, readers=PROMPT_READERS, writers=PROMPT_WRITERS, of_one_client=OF_ONE_CLIENT),
    # Pages
    Address("calls", get=VIEW),
    Address("search", get=VIEW, query="?q=hello"),
    Address("trackers", get=ON_CALLS),
    Address(
        "trackers",
        post=((ADMINS | MANAGERS) & OF_A_CLIENT) - SUPERUSER,
        data={"name": "New", "kind": "phrase", "phrases": "the price", "threshold": "0.6"},
    ),
    Address("tracker", on="tracker", get=ON_CALLS),
    Address("tracker-change", on="tracker", post=ADMINS | MANAGERS, data={"do": "cancel"}),
    Address("tracker-check", on="tracker", post=ON_CALLS, data={"draw": "1"}),
    Address("search-save", post=VIEW, data={"name": "Mine", "query": "q=hello"}),
    Address("search-change", on="saved search", post=VIEW, data={"name": "Other"}),
    Address("api-search", get=VIEW, query="?q=hello"),
    Address("upload", get=ANALYZE, post=ANALYZE),
    Address("call", on="call", get=VIEW),
    Address("call-progress", on="call", get=VIEW),
    Address("call-sound", on="call", get=VIEW),
    Address("call-sound", on="call", get=ADMINS, query="?original=1"),
    Address("call-outcome", on="call", post=EDIT, data={"outcome": "callback"}),
    Address("call-redaction", on="call", get=ADMINS, post=ADMINS),
    Address("call-analysis", on="call", post=ANALYZE),
    Address("call-consent", on="call", post=EDIT | INTEGRATORS, data={"state": "given", "basis": "contract"}),
    Address("call-consent", on="call", post=ADMINS, data={"state": "withdrawn"}),
    Address(
        "scorecards",
        get=ON_CALLS,
        post=STANDARDS & OF_A_CLIENT - SUPERUSER,
        data={"name": "Ours", "begin_with": "standard"},
    ),
    Address(
        "scripts",
        get=ON_CALLS,
        post=STANDARDS & OF_A_CLIENT - SUPERUSER,
        data={"name": "Ours", "language": "en", "begin_with": "standard"},
    ),
    *(Address(kind, on=kind, get=ON_CALLS) for kind in ("scorecard", "script")),
    *(Address(kind, on=kind, post=STANDARDS, ok=400) for kind in ("scorecard", "script")),
    *(
        Address(f"{kind}-{step}", on=kind, post=STANDARDS)
        for kind in ("scorecard", "script")
        for step in ("publish", "retire", "version")
    ),
    Address("script-wording", on="script", get=ON_CALLS),
    Address("scorecard-preview", on="scorecard", get=STANDARDS),
    Address("scorecard-preview", on="scorecard", post=STANDARDS, data={"days": "0"}, ok=400),
    Address("scorecard-rescore", on="scorecard", post=STANDARDS, data={"days": "0"}, ok=400),
    Address("scoring-run", on="scoring run", get=STANDARDS),
    Address("scoring-run-stop", on="scoring run", post=STANDARDS),
    Address("scoring-run-resume", on="scoring run", post=STANDARDS),
    Address("call-follow-up", on="call's follow-up", post=VIEW, data={"done": "1"}),
    Address("call-written", on="call", get=VIEW),
    Address("call-write", on="call's text", post=VIEW),
    Address("call-written-rating", on="call's text", post=VIEW, ok=400),
    # The review screen: who writes what, tests/recordings/pages/test_review.py
    Address("call-review", on="call", post=ON_CALLS),
    Address("review", on="review", get=ON_CALLS),
    Address("review-call", on="review", get=ON_CALLS),
    Address("review-next", on="review", get=ON_CALLS),
    Address("review-take", on="review", post=ON_CALLS),
    Address("review-answers", on="review", post=ON_CALLS, ok=400),
    Address("review-submit", on="review", post=ON_CALLS, ok=400),
    Address("review-appeal", on="review's appeal", post=ON_CALLS),
    Address("review-comments", on="review", post=ON_CALLS, ok=400),
    Address("review-comment", on="review's comment", post=NOBODY, delete=NOBODY),
    Address("review-utterance", on="review's line", post=ON_CALLS, ok=400),
    # Calibrations: who takes part in one, tests/recordings/calibrating
    Address("calibrations", get=ON_CALLS),
    Address("calibration-new", get=STANDARDS),
    Address("calibration-new", post=STANDARDS, ok=422),
    Address("agreement", get=ON_CALLS),
    Address("calibration", on="calibration", get=ON_CALLS),
    Address("calibration-open", on="calibration", post=STANDARDS),
    Address("calibration-agree", on="calibration", post=ON_CALLS),
    Address("calibration-unanimous", on="calibration", post=ON_CALLS),
    Address("calibration-close", on="calibration", post=STANDARDS),
    Address("accuracy", get=STANDARDS),
    Address("call-proof-read", on="call", post=EDIT, data={"checked": "1"}),
    # Agents' own pages, coaching, the library of moments: tests/recordings/pages/test_agent.py and beside it
    Address("my", get=VIEW),
    Address("my-reviews", get=OWN_PAGES),
    Address("my-coaching", get=OWN_PAGES),
    Address("my-review", on="own review", get=OWN_PAGES),
    Address("my-review-acknowledge", on="own review", post=OWN_PAGES),
    Address("my-review-appeal", on="own review", post=OWN_PAGES, data={"key": "greeting", "reason": "I did greet"}),
    Address("agent-page", on="agent of figures", get=VIEW),
    Address("agent-reviews", on="agent of figures", get=VIEW),
    Address("agent-review", on="agent's review", get=VIEW),
    Address("agent-coaching", on="agent of figures", get=COACHES),
    Address("agent-coaching", on="agent of figures", post=COACHES, data=GOAL),
    Address("coaching", get=COACHES),
    Address("coaching-plan", on="agent of figures", get=COACHES),
    Address("coaching-plan", on="agent of figures", post=COACHES, ok=400),
    Address("coaching-session", on="coaching session", get=COACHES, post=COACHES, data={"do": "notes", "notes": "n"}),
    Address("coaching-point", on="coaching point", post=COACHES, data={"done": "1"}),
    Address("analytics-goal", on="coaching goal", get=VIEW),
    *addresses_of_decisions(Address, readers=ADMINS | MANAGERS | INTEGRATORS, managers=ADMINS),
    Address("library", get=VIEW),
    Address("call-moments", on="call", post=COACHES, data={"start": "0", "end": "2", "title": "A moment"}),
    Address("moment", on="moment", get=VIEW),
    Address("moment-sound", on="moment", get=VIEW),
    Address("moment-change", on="moment", post=COACHES, data={"do": "publish"}),
    Address("moment-withdraw", on="moment", post=VIEW),
    Address("moment-shared", on="shared moment", get=VIEW),
    Address("moment-shared-sound", on="shared moment", get=VIEW),
    # The queue of reviews and the plans of samples: a plan is changed by administrators and by whoever made it
    Address("reviews", get=ON_CALLS),
    Address("reviews-assign", post=QUALITY),
    Address("reviews-give", post=QUALITY),
    Address("sampling", get=QUALITY),
    Address("sampling-new", get=QUALITY & OF_ONE_CLIENT, ok=200),
    Address("sampling-new", post=QUALITY & OF_ONE_CLIENT, ok=400),
    Address("sampling-preview", post=QUALITY & OF_ONE_CLIENT, ok=200),
    Address("sampling-plan", on="sampling plan", get=QUALITY),
    Address("sampling-plan", on="sampling plan", post=ADMINS, ok=400),
    Address("sampling-draw", on="sampling plan", post=ADMINS),
    Address("sampling-switch", on="sampling plan", post=ADMINS),
    # Figures: what each sees in them, tests/analytics/pages
    Address("api-analytics-performance", get=VIEW, query="?metric=calls&by=agent"),
    Address("api-analytics-trends", get=VIEW, query="?metric=calls&by=agent"),
    Address("analytics-overview", get=VIEW),
    *(Address(f"analytics-{name}", get=VIEW) for name in CRM_PAGES),
    Address("analytics-leaderboard", get=VIEW),
    Address("analytics-volume", get=VIEW),
    Address("analytics-quality", get=VIEW),
    Address("analytics-trends", get=VIEW),
    Address("analytics-dashboard", get=VIEW),
    Address("analytics-annotations", post=ADMINS | MANAGERS, data={"day": "2026-01-05", "text": "New script"}),
    Address("analytics-annotation-delete", on="annotation", post=ADMINS),
    Address("analytics-agent", on="agent of figures", get=VIEW),
    Address("analytics-rows", on="kind of rows", get=VIEW, query="?period=all"),
    Address("analytics-views", get=VIEW, post=VIEW, data={"name": "Mine", "page": "analytics-overview"}),
    Address("analytics-view-delete", on="saved view", post=VIEW),
    # Persons who ask: tests/recordings/pages/test_privacy.py
    Address("privacy", get=OFFICERS),
    Address("privacy-requests", get=OFFICERS),
    Address("privacy-person", post=OFFICERS, ok=400),
    Address("privacy-export", post=OFFICERS, ok=400),
    Address("privacy-export-file", on="person's export", get=OFFICERS),
    Address("privacy-erasure-plan", post=OFFICERS, ok=400),
    Address("privacy-erasure", post=OFFICERS, ok=400),
    Address("privacy-receipt", on="erasure", get=OFFICERS),
    # One's own account: everybody has one and nobody sees another's (tests/signin/test_own_account.py)
    Address("account", get=EVERYONE),
    Address("account_change_password", get=EVERYONE, post=EVERYONE),
    Address("account-sessions-end", post=EVERYONE),
    Address("account_reauthenticate", get=EVERYONE, post=EVERYONE),
    Address("mfa_activate_totp", get=EVERYONE, post=EVERYONE),
    Address("mfa_generate_recovery_codes", get=EVERYONE, post=EVERYONE),
    Address("mfa_add_webauthn", get=EVERYONE, post=EVERYONE),
    Address("own-keys", get=EVERYONE),
    # Filters of the back office's lists: tests/people/test_saved_filters.py
    Address("saved-filters", post=ON_CALLS, data={"screen": "recordings.salescall", "name": "Mine"}),
    Address("saved-filter-delete", on="saved filter", post=STAFF),
    Address("own-key-revoke", on="integrator's key", post=EVERYONE),
    Address("own-key-replace", on="integrator's key", post=EVERYONE),
    # Exports and reports by e-mail: tests/analytics/reports
    Address("analytics-exports", get=VIEW),
    Address("analytics-exports", post=VIEW, ok=400),
    Address("analytics-export-list", get=VIEW),
    Address("analytics-export-file", on="data export", get=VIEW),
    Address("analytics-export-remove", on="data export", post=VIEW),
    Address("analytics-reports", get=VIEW),
    Address("analytics-report-new", get=VIEW),
    Address("analytics-report-new", post=VIEW, ok=400),
    Address("analytics-report", on="report schedule", get=VIEW),
    Address("analytics-report", on="report schedule", post=VIEW, ok=400),
    Address("analytics-report-stop", on="report schedule", post=VIEW),
    Address("analytics-report-delete", on="report schedule", post=VIEW),
    # API
    Address("api-exports", post=VIEW, ok=400),
    Address("api-export", on="data export", get=VIEW, delete=VIEW),
    Address("api-export-file", on="data export", get=VIEW),
    Address("api-calls", get=VIEW),
    Address("api-analyze", post=ANALYZE, ok=400),
    Address("api-call", on="call", get=VIEW),
    Address("api-sound", on="call", get=VIEW),
    Address("api-sound", on="call", get=ADMINS, query="?variant=original"),
    # What each state allows whom: tests/recordings/api/test_reviews.py
    Address("api-reviews", get=VIEW),
    Address("api-reviews", post=ON_CALLS, ok=400),
    Address("api-review", on="given review", get=VIEW),
    Address("api-review-submit", on="given review", post=ON_CALLS, data={"version": 99}, ok=409),
    Address("api-review-acknowledge", on="given review", post=AGENTS),
    Address("api-review-appeals", on="given review", post=AGENTS | SUPERUSER, ok=400),
    Address("api-appeal-decision", on="appeal", post=ON_CALLS, ok=400),
    Address("api-job", on="job", get=ANALYZE),
    Address("api-retention-preview", get=OFFICERS - {"superuser", "admin of no client"}),
    Address("api-holds", get=OFFICERS),
    Address("api-holds", post=OFFICERS, ok=400),
    Address("api-hold-release", on="hold", post=OFFICERS, data={"reason": "Settled"}),
    Address("api-person-exports", post=OFFICERS, ok=400),
    Address("api-person-export", on="person's export", get=OFFICERS),
    Address("api-person-export-file", on="person's export", get=OFFICERS),
    Address("api-person-erasures", post=OFFICERS, ok=400),
    Address("api-person-erasure", on="erasure", get=OFFICERS),
    Address("api-person-erasure-receipt", on="erasure", get=OFFICERS),
    Address("api-call-consent", on="call", get=VIEW, post=EDIT | INTEGRATORS, data={"basis": "contract"}),
    Address("api-call-consent", on="call", post=ADMINS, data={"state": "withdrawn"}),
    Address(
        "api-customer-consent", on="customer", get=ADMINS | PRIVACY, post=ADMINS | PRIVACY, data={"state": "withdrawn"}
    ),
    Address("api-audit-events", get=AUDIT),
    Address("api-keys", get=EVERYONE, ok=200),
    Address("api-keys", post=ADMINS, ok=400),
    Address("api-key", on="key", get=EVERYONE, delete=EVERYONE),
    Address("api-key-replace", on="key", post=EVERYONE),
    # CRM records and imports
    *(
        Address(f"api-crm-{many}", get=VIEW)
        for many in ("companies", "contacts", "products", "leads", "deals", "activities", "tasks", "purchases")
    ),
    *(
        Address(f"api-crm-{one}", on=f"CRM {one}", get=VIEW)
        for one in ("company", "contact", "product", "lead", "deal", "activity", "task", "purchase")
    ),
    Address("api-crm-imports", get=ADMINS | INTEGRATORS),
    Address("api-crm-imports", post=ADMINS | INTEGRATORS, ok=415),
    Address("api-crm-import", on="import", get=ADMINS | INTEGRATORS),
    Address("api-crm-rejected", on="import", get=ADMINS | INTEGRATORS),
    # Data sets and evaluations of prompts
    Address("api-prompt-datasets", get=PROMPT_READERS),
    Address("api-prompt-datasets", post=PROMPT_WRITERS, ok=400),
    Address("api-prompt-dataset", on="prompt data set", get=PROMPT_READERS),
    Address("api-prompt-dataset", on="prompt data set", patch=PROMPT_WRITERS, data={"description": "x"}),
    Address("api-prompt-dataset", on="prompt data set", delete=PROMPT_WRITERS),
    Address("api-prompt-cases", on="prompt data set", get=PROMPT_READERS, post=PROMPT_WRITERS, data={"name": "x"}),
    Address("api-prompt-cases-csv", on="prompt data set", post=PROMPT_WRITERS, ok=415),
    Address("api-prompt-cases-collect", on="prompt data set", post=PROMPT_WRITERS, data={"source": "call"}),
    Address("api-prompt-case", on="prompt case", get=PROMPT_READERS, patch=PROMPT_WRITERS, data={"name": "x"}),
    Address("api-prompt-case", on="prompt case", delete=PROMPT_WRITERS),
    Address("api-prompt-evaluations", get=PROMPT_READERS),
    Address("api-prompt-evaluations", post=PROMPT_WRITERS, ok=400),
    Address("api-prompt-evaluation", on="prompt evaluation", get=PROMPT_READERS),
    Address("api-prompt-evaluation-results", on="prompt evaluation", get=PROMPT_READERS),
    Address("api-prompt-evaluation-start", on="prompt evaluation", post=PROMPT_WRITERS),
    Address("api-prompt-evaluation-stop", on="prompt evaluation", post=PROMPT_WRITERS),
    Address("api-prompt-run-rating", on="run of a prompt", put=PROMPT_READERS, data={"thumb": 1}),
    # Prompts
    Address("prompts", get=PROMPT_READERS),
    Address("prompt", on="prompt", get=PROMPT_READERS),
    Address("prompt-new", get=PROMPT_WRITERS & OF_ONE_CLIENT, post=PROMPT_WRITERS & OF_ONE_CLIENT, data=WRITTEN_PROMPT),
    Address("prompt-check", post=PROMPT_WRITERS, data=WRITTEN_PROMPT),
    Address("prompt-preview", post=PROMPT_WRITERS, data=WRITTEN_PROMPT),
    Address("prompt-subjects", get=PROMPT_READERS, query="?kind=call&subject_q=a"),
    Address("prompt-import", post=PROMPT_WRITERS & OF_ONE_CLIENT),
    Address("prompt-library", post=PROMPT_WRITERS & OF_ONE_CLIENT, data={"language": "none of ours"}),
    Address("prompt-blocks", get=PROMPT_READERS),
    Address("prompt-blocks", post=PROMPT_WRITERS & OF_ONE_CLIENT, data={"name": "tone", "text": "Plain."}),
    Address(
        "prompt-edit", on="prompt", get=PROMPT_WRITERS, post=PROMPT_WRITERS, data={**WRITTEN_PROMPT, "overwrite": "1"}
    ),
    Address(
        "prompt-settings",
        on="prompt",
        get=PROMPT_WRITERS,
        post=PROMPT_WRITERS,
        data={"title": "Sum", "family": "summary", "live_sample_percent": "0"},
    ),
    Address("prompt-diff", on="prompt", get=PROMPT_READERS),
    Address("prompt-export", on="prompt", get=PROMPT_READERS),
    Address("prompt-try", on="prompt", get=PROMPT_READERS),
    Address("prompt-try-run", on="prompt", post=PROMPT_READERS, data={"version": "1"}),
    Address("prompt-comment", on="prompt", post=PROMPT_READERS, data={"text": "Good."}),
    Address("prompt-label", on="prompt", post=PROMPT_WRITERS, data={"version": "1", "label": "staging"}),
    Address("prompt-roll-back", on="prompt", post=PROMPT_WRITERS, data={"reason": "Wrong"}),
    Address("prompt-run-rate", on="run of a prompt", post=PROMPT_READERS, data={"thumb": "up"}),
    Address("prompt-run-keep", on="run of a prompt", post=PROMPT_WRITERS, data={"dataset": "kept"}),
    Address("prompt-models", get=PROMPT_READERS),
    Address("prompt-models", post=ADMINS & OF_ONE_CLIENT, data={"currency": "EUR", "redacted_only": "on"}),
    Address("prompt-models-embedded", post=ADMINS & OF_ONE_CLIENT),
    Address("prompt-provider-new", get=ADMINS & OF_ONE_CLIENT, post=ADMINS & OF_ONE_CLIENT, data=ENDPOINT),
    Address("prompt-provider", on="model provider", get=ADMINS, post=ADMINS, data=ENDPOINT),
    Address("prompt-provider-check", on="model provider", post=ADMINS),
    Address("prompt-model-new", on="model provider", get=ADMINS, post=ADMINS, data=MODEL),
    Address("prompt-model", on="language model", get=ADMINS, post=ADMINS, data=MODEL),
    Address("api-prompts", get=PROMPT_READERS),
    Address("api-prompts", post=PROMPT_WRITERS, ok=400),
    Address("api-prompt", on="prompt", get=PROMPT_READERS, patch=PROMPT_WRITERS),
    Address("api-prompt", on="prompt", put=PROMPT_WRITERS, ok=400),
    Address("api-prompt-test", on="prompt", post=PROMPT_READERS, ok=422),
    Address("api-prompt-performance", on="prompt", get=PROMPT_READERS),
    Address("api-prompt-versions", on="prompt", get=PROMPT_READERS),
    Address("api-prompt-version", on="prompt's version", get=PROMPT_READERS),
    Address("api-prompt-label", on="prompt's label", put=PROMPT_WRITERS, ok=400),
    Address("api-prompt-label", on="prompt's label", delete=PROMPT_WRITERS),
    Address("api-prompt-file", on="prompt", get=PROMPT_READERS),
    Address("api-prompt-runs", on="prompt", get=PROMPT_READERS),
    Address("api-prompt-run", on="run of a prompt", get=PROMPT_READERS),
    Address("api-prompt-trial", on="prompt trial", get=PROMPT_READERS),
    Address("api-prompt-gate", on="prompt", get=PROMPT_READERS),
    Address("api-prompt-gate", on="prompt", put=PROMPT_WRITERS, ok=400),
    # Data sets, evaluations, releases and what follows them
    Address("prompt-datasets", get=PROMPT_READERS),
    Address("prompt-datasets", post=PROMPT_WRITERS & OF_ONE_CLIENT, data={"name": "more"}),
    Address("prompt-dataset", on="data set", get=PROMPT_READERS),
    Address("prompt-dataset-split", on="data set", post=PROMPT_WRITERS, data={"percent": "30"}),
    Address("prompt-dataset-fill", on="data set", post=PROMPT_WRITERS, ok=400),
    Address("prompt-dataset-csv", on="data set", get=PROMPT_WRITERS),
    Address("prompt-dataset-csv", on="data set", post=PROMPT_WRITERS, ok=400),
    Address("prompt-case-new", on="data set", get=PROMPT_WRITERS, post=PROMPT_WRITERS, data={"split": "development"}),
    Address("prompt-case", on="case of a data set", get=PROMPT_READERS),
    Address("prompt-case", on="case of a data set", post=PROMPT_WRITERS, data={"split": "held_out"}),
    Address("prompt-case-delete", on="case of a data set", post=PROMPT_WRITERS),
    Address("prompt-evaluations", get=PROMPT_READERS),
    Address("prompt-evaluate", on="prompt", get=PROMPT_WRITERS),
    Address("prompt-evaluate", on="prompt", post=PROMPT_WRITERS, ok=400),
    Address("prompt-evaluation", on="evaluation of a prompt", get=PROMPT_READERS),
    Address("prompt-evaluation-progress", on="evaluation of a prompt", get=PROMPT_READERS),
    Address("prompt-evaluation-start", on="evaluation of a prompt", post=PROMPT_WRITERS),
    Address("prompt-evaluation-stop", on="evaluation of a prompt", post=PROMPT_WRITERS),
    Address("prompt-answer", on="answer of an evaluation", get=PROMPT_READERS),
    Address("prompt-answer-asked", on="answer of an evaluation", get=PROMPT_READERS),
    Address("prompt-answer-rate", on="answer of an evaluation", post=PROMPT_READERS, data={"thumb": "1"}),
    Address("prompt-release", on="release of a version", get=PROMPT_READERS),
    Address("prompt-release", on="release of a version", post=PROMPT_WRITERS, ok=400),
    Address("prompt-gate", on="prompt", get=PROMPT_WRITERS),
    Address("prompt-gate", on="prompt", post=PROMPT_WRITERS, ok=400),
    Address("prompt-performance", on="prompt", get=PROMPT_READERS),
    Address("prompt-experiments", get=PROMPT_READERS),
    Address("prompt-experiment-new", on="prompt", get=PROMPT_WRITERS),
    Address("prompt-experiment-new", on="prompt", post=PROMPT_WRITERS, ok=400),
    Address("prompt-experiment", on="experiment of a prompt", get=PROMPT_READERS),
    Address("prompt-experiment-stop", on="experiment of a prompt", post=PROMPT_WRITERS),
    Address("prompt-alerts", get=PROMPT_READERS),
    Address("prompt-alert-seen", on="alert of a prompt", post=PROMPT_WRITERS),
    Address("prompt-suggestions", on="prompt", get=PROMPT_READERS),
    Address("prompt-suggestions", on="prompt", post=PROMPT_WRITERS, ok=400),
    Address("prompt-suggestion", on="suggestion", get=PROMPT_READERS),
    Address("prompt-suggestion-accept", on="suggestion", post=PROMPT_WRITERS),
    Address("prompt-suggestion-stop", on="suggestion", post=PROMPT_WRITERS),
    Address("prompt-bias", on="prompt", get=PROMPT_READERS),
    Address("prompt-bias", on="prompt", post=PROMPT_WRITERS, ok=400),
    Address("prompt-bias-check", on="bias check", get=PROMPT_READERS),
    Address("prompt-bias-check-stop", on="bias check", post=PROMPT_WRITERS),
    Address("api-prompt-gate", on="prompt", get=PROMPT_READERS),
    Address("api-prompt-gate", on="prompt", put=PROMPT_WRITERS, data={"dataset": None}),
    Address("api-prompt-release", on="prompt", post=PROMPT_WRITERS, data={"version": 1, "label": "staging"}),
    Address("api-prompt-roll-back", on="prompt", post=PROMPT_WRITERS, ok=400),
    Address("api-prompt-releases", on="prompt", get=PROMPT_READERS),
    # The back office beside its models
    Address("admin:index", get=STAFF),
    Address("admin:search", get=STAFF, query="?s=call"),
    Address("admin:password_change_done", get=STAFF),
    Address("admin:jsi18n", get=STAFF),
    Address("admin:autocomplete", get=ADMINS, query="?term=a&app_label=people&model_name=agent&field_name=team"),
    Address("admin:recordings_redactionpolicy_try_out", post=ADMINS | PRIVACY, ok=200),
    Address("admin:people_apikey_replace", on="key", get=ADMINS, post=ADMINS),
    Address("admin:people_apikey_revoke", on="key", get=ADMINS, post=ADMINS),
    Address("admin:recordings_retentionpolicy_preview", get=OFFICERS),
    Address("admin:recordings_retentionpolicy_preview_csv", get=OFFICERS),
    Address("admin:recordings_retentionpolicy_reach", get=OFFICERS, query="?action=delete&days=30"),
    Address("admin:recordings_retentionpolicy_template", post=OFFICERS & OF_A_CLIENT, data={"key": "sound"}),
    Address("admin:recordings_legalhold_release", on="hold", get=OFFICERS, post=OFFICERS, data={"reason": "Settled"}),
    Address("admin:recordings_retentionrun_report", on="retention run", get=OFFICERS),
    Address("admin:crm_importrun_rejected", on="import", get=ADMINS),
    Address("admin:crm_importrun_new", get=ADMINS, post=ADMINS),
    Address("admin:crm_importrun_columns", get=ADMINS, post=ADMINS),
    Address("admin:crm_importrun_state", on="import", get=ADMINS),
    *(
        Address(f"admin:{screen}_{way}", get=may)
        for screen, see, write in (
            ("people_agent", ADMINS, ADMINS),
            ("people_team", ADMINS, ADMINS),
            ("recordings_script", ON_CALLS, STANDARDS),
            ("recordings_scorecard", ON_CALLS, STANDARDS),
        )
        for way, may in (("export", see), ("import", write & OF_A_CLIENT - SUPERUSER))
    ),
    *(
        Address(f"admin:{screen}_process_import", post=may & OF_A_CLIENT - SUPERUSER)
        for screen, may in (
            ("people_agent", ADMINS),
            ("people_team", ADMINS),
            ("recordings_script", STANDARDS),
            ("recordings_scorecard", STANDARDS),
        )
    ),
    Address("admin:audit_auditevent_verify", get=AUDIT, post=AUDIT),
    Address("admin:audit_auditevent_export", get=AUDIT),
    Address("admin:auth_user_password_change", on="user", get=ADMINS, post=ADMINS),
]

SCREENS = [
    Screen("recordings.salescall", on="call", view=ON_CALLS, add=ADMINS | MANAGERS, change=EDIT, delete=ADMINS,
           actions={"analyze_again": ADMINS | MANAGERS, "place_on_hold": ADMINS, "assign_reviews": ADMINS | MANAGERS,
                    "rescore_calls": STANDARDS, "set_outcomes": EDIT, "export_calls": ON_CALLS}),
    Screen("recordings.bulkchange", on="change to many calls", view=EDIT),
    Screen("recordings.processingpolicy", on="processing policy", view=OFFICERS, add=SUPERUSER, change=OFFICERS),
    Screen("recordings.consentrecord", on="consent record", view=OFFICERS, add=OFFICERS & OF_A_CLIENT),
    Screen("recordings.jurisdictionrule", on="jurisdiction rule", view=OFFICERS, add=OFFICERS & OF_A_CLIENT,
           change=OFFICERS, delete=OFFICERS, actions={"copy_for_own_client": OFFICERS & OF_A_CLIENT}),
    Screen("recordings.retentionpolicy", on="retention policy", view=OFFICERS, add=OFFICERS, change=OFFICERS,
           delete=OFFICERS),
    Screen("recordings.retentionrun", on="retention run", view=OFFICERS),
    Screen("recordings.disposal", on="disposal", view=OFFICERS),
    Screen("recordings.legalhold", on="hold", view=OFFICERS, add=OFFICERS, change=OFFICERS),
    Screen("recordings.heldcall", on="held call", view=OFFICERS),
    Screen("recordings.recording", on="recording", view=ON_CALLS),
    Screen("recordings.transcript", on="transcript", view=ON_CALLS),
    *screens_of_cases(Screen, view=ON_CALLS),
    Screen("prompts.prompt", on="prompt", view=ON_CALLS),
    Screen("prompts.dataset", on="data set in the back office", view=ON_CALLS),
    Screen("prompts.evaluation", on="evaluation in the back office", view=ON_CALLS),
    Screen("prompts.promptrun", on="run of a prompt", view=ON_CALLS),
    Screen("recordings.followup", on="follow-up", view=ON_CALLS, change=EDIT,
           actions={"mark_done": EDIT, "open_again": EDIT}),
    Screen("recordings.objection", on="objection", view=ON_CALLS),
    Screen("recordings.score", on="score", view=ON_CALLS),
    Screen("recordings.goldenexample", on="golden example", view=ON_CALLS,
           actions={"export_csv": ON_CALLS, "export_jsonl": ON_CALLS}),
    Screen("recordings.pipelinestep", on="step", view=JOBS),
    Screen("recordings.redactionpolicy", on="redaction policy", view=ADMINS | PRIVACY, add=ADMINS | PRIVACY,
           change=ADMINS | PRIVACY, delete=ADMINS | PRIVACY),
    Screen("recordings.script", on="script", view=ON_CALLS, add=STANDARDS, change=STANDARDS, delete=STANDARDS,
           actions={"publish": STANDARDS, "begin_new_version": STANDARDS, "retire": STANDARDS}),
    Screen("recordings.scorecard", on="scorecard", view=ON_CALLS, add=STANDARDS, change=STANDARDS, delete=STANDARDS,
           actions={"publish": STANDARDS, "begin_new_version": STANDARDS, "retire": STANDARDS}),
    Screen("recordings.review", on="review", view=ON_CALLS,
           actions={"give_to_another": QUALITY, "cancel": QUALITY}),
    Screen("recordings.appeal", on="appeal", view=ON_CALLS),
    Screen("recordings.tracker", on="tracker", view=ON_CALLS),
    Screen("recordings.trackerrun", on="tracker run", view=ON_CALLS),
    Screen("recordings.samplingplan", on="sampling plan", view=QUALITY),
    Screen("recordings.samplingrun", on="sampling run", view=QUALITY),
    Screen("recordings.personexport", on="person's export", view=OFFICERS),
    Screen("recordings.erasurerequest", on="erasure", view=OFFICERS),
    Screen("recordings.transparencynotice", on="notice", view=OFFICERS, add=OFFICERS,
           change=OFFICERS),
    # Language models: what they may be sent and cost
    Screen("prompts.modelprovider", on="model provider", view=ADMINS, add=ADMINS, change=ADMINS,
           actions={"test_connection": ADMINS, "ask_again": ADMINS}),
    Screen("prompts.languagemodel", on="language model", view=ADMINS, add=ADMINS, change=ADMINS),
    Screen("prompts.modelpolicy", on="model policy", view=ADMINS, add=ADMINS, change=ADMINS),
    Screen("prompts.modelexchange", on="model exchange", view=ADMINS),
    Screen("people.client", on="client", view=ADMINS, add=SUPERUSER, change=ADMINS, delete=SUPERUSER),
    Screen("people.team", on="team", view=ADMINS, add=ADMINS, change=ADMINS, delete=ADMINS),
    Screen("people.agent", on="agent", view=ADMINS, add=ADMINS, change=ADMINS, delete=ADMINS),
    Screen("people.customer", on="customer", view=ADMINS, add=ADMINS, change=ADMINS, delete=ADMINS),
    Screen("people.user", on="user", view=ADMINS, add=ADMINS, change=ADMINS, delete=ADMINS,
           actions={"reset_second_factor": ADMINS, "let_in_again": ADMINS, "end_all_sessions": ADMINS}),
    Screen("audit.auditevent", on="audit event", view=AUDIT),
    Screen("messaging.outboxmessage", on="message", view=ADMINS, actions={"send_again": ADMINS}),
    Screen("messaging.webhookendpoint", on="webhook", view=ADMINS, add=ADMINS, change=ADMINS, delete=ADMINS,
           actions={"test": ADMINS, "new_secret": ADMINS}),
    Screen("decisions.alertrule", on="alert rule", view=ADMINS | MANAGERS, add=ADMINS, change=ADMINS, delete=ADMINS),
    Screen("decisions.finding", on="finding", view=ADMINS | MANAGERS,
           actions=dict.fromkeys(("take_on", "put_away", "dismiss", "close"), ADMINS | MANAGERS)),
    Screen("decisions.advicesubscription", on="advice subscription", view=ADMINS | MANAGERS),
    Screen("messaging.webhookdelivery", on="webhook delivery", view=ADMINS, actions={"send_again": ADMINS}),
    Screen("analytics.dataexport", on="data export", view=ON_CALLS, actions={"remove": ON_CALLS}),
    Screen("analytics.reportschedule", on="report schedule", view=ON_CALLS, actions={"stop": ON_CALLS}),
    Screen("decisions.predictivemodel", on="predictive model", view=ADMINS | MANAGERS,
           actions={"use": ADMINS, "fit": ADMINS}),
    Screen("decisions.stagechance", on="stage chance", view=ADMINS | MANAGERS, change=ADMINS),
    Screen("decisions.forecastadjustment", on="forecast adjustment", view=ADMINS | MANAGERS, change=ADMINS),
    Screen("decisions.forecastsnapshot", on="forecast snapshot", view=ADMINS | MANAGERS),
    Screen("jobs.job", on="job", view=JOBS, actions={"retry": JOBS}),
    Screen("jobs.periodicrun", on="periodic run", view=SUPERUSER),
    Screen("jobs.workerheartbeat", on="heartbeat", view=SUPERUSER),
    # CRM records: seen as in the figures, changed by who manages the CRM
    *(Screen(f"crm.{model}", on=f"CRM {model}", view=ON_CALLS, add=ADMINS, change=ADMINS, delete=ADMINS)
      for model in ("company", "contact", "product", "agentprofile", "lead", "deal", "activity", "task", "purchase",
                    "target", "industrystandard", "stage", "exchangerate")),
    Screen("crm.adcost", on="CRM adcost", view=ADMINS | MANAGERS, add=ADMINS, change=ADMINS, delete=ADMINS),
    Screen("crm.customfield", on="CRM customfield", view=ON_CALLS, change=ADMINS, delete=ADMINS),
    Screen("crm.importsource", on="import source", view=ADMINS, delete=ADMINS),
    Screen("crm.importrun", on="import", view=ADMINS),
    Screen("crm.forgottenperson", on="forgotten person", view=OFFICERS, delete=OFFICERS),
    Screen("people.apikey", on="key", view=ADMINS, add=ADMINS, change=ADMINS, actions={"revoke_selected": ADMINS}),
]  # fmt: skip

PUBLIC = [
    Public("transparency", "for strangers only where the client says so: tests/recordings/pages/test_privacy.py"),
    Public("web-manifest", "names and icons of the product"),
    Public("service-worker", "a script of ours"),
    Public("offline", "says that there is no connection, to everybody alike"),
    Public("home", "leads to the list of calls"),
    Public("login", "signing in"),
    Public("logout", "signing out"),
    Public("account_login", "signing in"),
    Public("account_logout", "signing out"),
    Public("admin-login", "leads to signing in"),
    Public("admin-logout", "signing out"),
    Public("mfa_authenticate", "the second step of signing in"),
    Public("mfa_login_webauthn", "signing in"),
    Public("sso", "signing in at the provider: tests/signin/test_single_sign_on.py"),
    Public("sso-callback", "the way back from there"),
    Public("openid_connect_callback", "the same"),
    Public("account_reset_password", "asking for a new password"),
    Public("account_reset_password_done", "the same, asked"),
    Public("account_reset_password_from_key", "opens with the key that was mailed: tests/signin/test_passwords.py"),
    Public("account_reset_password_from_key_done", "the new password is set"),
    Public("admin-password-change", "leads to the page of one's own password"),
    Public("admin:password_change", "the same"),
    Public("mfa_index", "another name of one's own account"),
    Public("mfa_list_webauthn", "another name of one's own account"),
    Public("mfa_reauthenticate", "one's own second factor: tests/signin/test_second_factor.py"),
    Public("mfa_reauthenticate_webauthn", "one's own second factor: tests/signin/test_passkeys.py"),
    Public("mfa_deactivate_totp", "one's own second factor: tests/signin/test_second_factor.py"),
    Public("mfa_view_recovery_codes", "one's own second factor: tests/signin/test_second_factor.py"),
    Public("mfa_remove_webauthn", "one's own second factor: tests/signin/test_own_account.py"),
    Public("mfa_edit_webauthn", "one's own second factor: tests/signin/test_own_account.py"),
    Public("admin:login", "signing in"),
    Public("admin:logout", "signing out"),
    Public("set_language", "the language of the pages"),
    Public("healthz", "whether the site lives"),
    Public("metrics", "has a lock of its own: tests/common/test_metrics.py"),
    Public("api-schema", "what the API can do, without anybody's data"),
    Public("api-docs", "the same to read"),
    Public("admin:app_list", "what the menu shows, by the rights on each model; foreign apps are 404"),
    Public("admin:view_on_site", "no model says where it is shown, so there is nothing: see test_matrix.py"),
]

assert all(persons <= PERSONS for row in ADDRESSES for persons in row.may.values())
assert FOREIGN <= PERSONS
