"""Roles and what each may do. One table, read by admin screens, pages and the API alike."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    ADMIN = "admin", _("Administrator")
    MANAGER = "manager", _("Manager")
    REVIEWER = "reviewer", _("Reviewer")
    AGENT = "agent", _("Agent")
    INTEGRATOR = "integrator", _("Integrator")
    PRIVACY = "privacy", _("Privacy officer")


class Capability(models.TextChoices):
    VIEW_CALLS = "view_calls", _("See calls")
    ANALYZE_CALLS = "analyze_calls", _("Upload and analyse calls")
    EDIT_CALLS = "edit_calls", _("Correct calls")
    DELETE_CALLS = "delete_calls", _("Delete calls")
    HEAR_ORIGINALS = "hear_originals", _("Hear and download unredacted sound")
    VIEW_ANALYTICS = "view_analytics", _("See figures about the calls and deals they may see")
    VIEW_DECISIONS = "view_decisions", _("See what moves the win rate, forecasts and recommendations, and act on them")
    MANAGE_DECISIONS = "manage_decisions", _("Set alert rules, the forecast's table and which model is in use")
    ANNOTATE_TRENDS = "annotate_trends", _("Mark days in the trends of figures")
    MANAGE_CRM = "manage_crm", _("Import and change CRM records")
    MANAGE_STANDARDS = "manage_standards", _("Manage scripts and scorecards")
    REVIEW_CALLS = "review_calls", _("Review calls and decide appeals")
    MANAGE_QUALITY = "manage_quality", _("Plan samples, assign reviews, lead calibrations, switch trackers on")
    ANSWER_REVIEWS = "answer_reviews", _("Acknowledge or appeal reviews of their own calls")
    COACH = "coach", _("Coach agents and fill the library of moments")
    VIEW_PROMPTS = "view_prompts", _("See prompts, try them and rate their answers")
    MANAGE_PROMPTS = "manage_prompts", _("Write, evaluate and release prompts")
    MANAGE_MODELS = "manage_models", _("Connect language models and set what they may be sent and cost")
    PRACTISE = "practise", _("Play test cases and read training")
    VIEW_TESTS = "view_tests", _("See test cases from the inside, and results of the agents they may see")
    MANAGE_TESTS = "manage_tests", _("Write test cases, assign practice and training, run experiments")
    MANAGE_PEOPLE = "manage_people", _("Manage people and teams")
    MANAGE_KEYS = "manage_keys", _("Issue and revoke API keys")
    MANAGE_PRIVACY = "manage_privacy", _("Manage consent, retention, redaction and legal holds")
    ANSWER_PERSONS = "answer_persons", _("Export and erase what is kept about a person")
    MANAGE_MESSAGES = "manage_messages", _("See what is sent and send it again")
    VIEW_JOBS = "view_jobs", _("See background jobs")
    VIEW_AUDIT = "view_audit", _("See the audit trail")
    USE_ADMIN = "use_admin", _("Work in the back office")


CAPABILITIES: dict[str, frozenset[Capability]] = {
    # Only who was judged answers a review.
    Role.ADMIN: frozenset(Capability) - {Capability.ANSWER_REVIEWS},
    Role.MANAGER: frozenset(
        {
            Capability.VIEW_CALLS,
            Capability.ANALYZE_CALLS,
            Capability.EDIT_CALLS,
            Capability.VIEW_ANALYTICS,
            Capability.VIEW_DECISIONS,
            Capability.ANNOTATE_TRENDS,
            Capability.MANAGE_STANDARDS,
            Capability.REVIEW_CALLS,
            Capability.MANAGE_QUALITY,
            Capability.COACH,
            Capability.VIEW_PROMPTS,
            Capability.MANAGE_PROMPTS,
            Capability.PRACTISE,
            Capability.VIEW_TESTS,
            Capability.MANAGE_TESTS,
            Capability.VIEW_JOBS,
            Capability.USE_ADMIN,
        }
    ),
    Role.REVIEWER: frozenset(
        {
            Capability.VIEW_CALLS,
            Capability.EDIT_CALLS,
            Capability.VIEW_ANALYTICS,
            Capability.REVIEW_CALLS,
            Capability.COACH,
            Capability.VIEW_PROMPTS,
            Capability.PRACTISE,
            Capability.VIEW_TESTS,
            Capability.USE_ADMIN,
        }
    ),
    Role.AGENT: frozenset(
        {Capability.VIEW_CALLS, Capability.VIEW_ANALYTICS, Capability.ANSWER_REVIEWS, Capability.PRACTISE}
    ),
    Role.INTEGRATOR: frozenset(
        {
            Capability.VIEW_CALLS,
            Capability.ANALYZE_CALLS,
            Capability.VIEW_ANALYTICS,
            Capability.VIEW_DECISIONS,
            Capability.MANAGE_CRM,
            Capability.VIEW_PROMPTS,
            Capability.MANAGE_PROMPTS,
            Capability.PRACTISE,
            Capability.VIEW_TESTS,
            Capability.MANAGE_TESTS,
            Capability.VIEW_JOBS,
        }
    ),
    # Looks after the law, not after calls: sees the trail, the rules and the requests, and hears nobody.
    Role.PRIVACY: frozenset(
        {
            Capability.MANAGE_PRIVACY,
            Capability.ANSWER_PERSONS,
            Capability.VIEW_AUDIT,
            Capability.USE_ADMIN,
        }
    ),
}
