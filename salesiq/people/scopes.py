"""What an API key may be used for. The table beside the roles: a request by key needs the role's capability and the
key's scope; a person who is signed in needs the capability alone."""

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _

from salesiq.people.models.user import User
from salesiq.people.roles import Capability


class KeyScope(models.TextChoices):
    CALLS_READ = "calls:read", _("Read calls, transcripts and scores")
    CALLS_WRITE = "calls:write", _("Upload calls and have them analysed")
    SOUND_READ = "sound:read", _("Play the sound of calls")
    ORIGINALS_READ = "originals:read", _("Download received files")
    REVIEWS_READ = "reviews:read", _("Read reviews of calls and appeals")
    REVIEWS_WRITE = "reviews:write", _("Give out, submit, acknowledge and appeal reviews; decide appeals")
    ANALYTICS_READ = "analytics:read", _("Read figures and reports")
    DECISIONS_READ = "decisions:read", _("Read win rates, forecasts, predictions and recommendations")
    DECISIONS_WRITE = "decisions:write", _("Have analyses worked, act on recommendations, set rules")
    CRM_READ = "crm:read", _("Read CRM records and imports")
    CRM_WRITE = "crm:write", _("Import CRM records")
    PROMPTS_READ = "prompts:read", _("Read prompts, data sets and what their answers were worth")
    PROMPTS_WRITE = "prompts:write", _("Write, test and release prompts")
    TESTS_READ = "tests:read", _("Read test cases, runs and what came of them")
    TESTS_WRITE = "tests:write", _("Write, play and run test cases")
    JOBS_READ = "jobs:read", _("Follow analyses")
    AUDIT_READ = "audit:read", _("Read the audit trail")
    PRIVACY_READ = "privacy:read", _("Read consent, retention and requests of persons")
    PRIVACY_WRITE = "privacy:write", _("Change consent, holds and retention; export and erase persons")
    KEYS_READ = "keys:read", _("List API keys")
    KEYS_WRITE = "keys:write", _("Issue, replace and revoke API keys")


# Any of these capabilities makes a scope worth having; none: everybody's own keys.
NEEDS: dict[str, frozenset[Capability]] = {
    KeyScope.CALLS_READ: frozenset({Capability.VIEW_CALLS}),
    KeyScope.CALLS_WRITE: frozenset({Capability.ANALYZE_CALLS, Capability.EDIT_CALLS}),
    KeyScope.SOUND_READ: frozenset({Capability.VIEW_CALLS}),
    KeyScope.ORIGINALS_READ: frozenset({Capability.HEAR_ORIGINALS, Capability.ANALYZE_CALLS}),
    KeyScope.REVIEWS_READ: frozenset({Capability.VIEW_CALLS}),
    KeyScope.REVIEWS_WRITE: frozenset({Capability.REVIEW_CALLS, Capability.ANSWER_REVIEWS}),
    KeyScope.ANALYTICS_READ: frozenset({Capability.VIEW_ANALYTICS}),
    KeyScope.DECISIONS_READ: frozenset({Capability.VIEW_DECISIONS}),
    KeyScope.DECISIONS_WRITE: frozenset({Capability.VIEW_DECISIONS, Capability.MANAGE_DECISIONS}),
    KeyScope.CRM_READ: frozenset({Capability.VIEW_ANALYTICS, Capability.MANAGE_CRM}),
    KeyScope.CRM_WRITE: frozenset({Capability.MANAGE_CRM}),
    KeyScope.PROMPTS_READ: frozenset({Capability.VIEW_PROMPTS}),
    KeyScope.PROMPTS_WRITE: frozenset({Capability.VIEW_PROMPTS, Capability.MANAGE_PROMPTS}),
    KeyScope.TESTS_READ: frozenset({Capability.PRACTISE, Capability.VIEW_TESTS}),
    KeyScope.TESTS_WRITE: frozenset({Capability.PRACTISE, Capability.MANAGE_TESTS}),
    KeyScope.JOBS_READ: frozenset({Capability.VIEW_JOBS}),
    KeyScope.AUDIT_READ: frozenset({Capability.VIEW_AUDIT}),
    KeyScope.PRIVACY_READ: frozenset({Capability.MANAGE_PRIVACY, Capability.ANSWER_PERSONS}),
    KeyScope.PRIVACY_WRITE: frozenset({Capability.MANAGE_PRIVACY, Capability.ANSWER_PERSONS}),
    KeyScope.KEYS_READ: frozenset(),
    KeyScope.KEYS_WRITE: frozenset(),
}


def scopes_open_to(user: User) -> list[KeyScope]:
    """The scopes that are of use to `user`, by the role they have now."""
    return [scope for scope in KeyScope if not NEEDS[scope] or any(user.can(need) for need in NEEDS[scope])]


def in_order(scopes: Iterable[str]) -> list[str]:
    """Each known scope once, in the order of the table."""
    wanted = set(scopes)
    return [scope.value for scope in KeyScope if scope.value in wanted]
