"""A sales call: who spoke with whom, what came of it, and how far its analysis has got."""

from django.apps import apps
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recordings.models.consent import Basis, ConsentState
from salesiq.common.models import TimestampedModel
from salesiq.people.scoping import Scope, ScopedQuerySet


class CallType(models.TextChoices):
    INBOUND = "inbound", _("Inbound")
    OUTBOUND = "outbound", _("Outbound")
    FOLLOW_UP = "follow_up", _("Follow-up")


class Outcome(models.TextChoices):
    CONVERTED = "converted", _("Converted")
    QUALIFIED = "qualified", _("Qualified")
    NOT_QUALIFIED = "not_qualified", _("Not qualified")
    NO_ANSWER = "no_answer", _("No answer")
    CALLBACK = "callback", _("Call back")


class Origin(models.TextChoices):
    """Who set a value. A person's word is never overwritten by a proposal."""

    PROPOSED = "proposed", _("Proposed by the analysis")
    IMPORTED = "imported", _("Set by another system")
    PERSON = "person", _("Set by a person")


class CallStatus(models.TextChoices):
    RECEIVED = "received", _("Received")
    STORED = "stored", _("Stored")
    TRANSCRIBED = "transcribed", _("Transcribed")
    ATTRIBUTED = "attributed", _("Speakers told apart")
    REDACTED = "redacted", _("Redacted")
    UNDERSTOOD = "understood", _("Understood")
    SCORED = "scored", _("Scored")
    PUBLISHED = "published", _("Ready")
    FAILED = "failed", _("Failed")
    HELD_BACK = "held_back", _("Not processed: no lawful basis")
    LOGGED = "logged", _("Logged, without a recording")


ENDED = (CallStatus.PUBLISHED, CallStatus.FAILED, CallStatus.HELD_BACK, CallStatus.LOGGED)


IN_PROGRESS = tuple(status for status in CallStatus if status not in ENDED)
_AFTER_REDACTION = (CallStatus.REDACTED, CallStatus.UNDERSTOOD, CallStatus.SCORED, CallStatus.PUBLISHED)


# What people wrote of a call; rows of other systems mostly say nothing.
HAS_WRITING = ~models.Q(title="") | ~models.Q(notes="")


class SalesCallQuerySet(ScopedQuerySet["SalesCall"]):
    scope = Scope(agent="agent")

    def published(self) -> "SalesCallQuerySet":
        return self.filter(status=CallStatus.PUBLISHED)

    def with_redaction(self) -> "SalesCallQuerySet":
        """Rows that know whether their stage of redaction is done: `is_redacted` costs no further query."""
        steps = apps.get_model("recordings", "PipelineStep")._default_manager
        done = steps.filter(call=models.OuterRef("pk"), stage="redact", finished_at__isnull=False)
        return self.annotate(has_been_redacted=models.Exists(done))

    def redacted(self) -> "SalesCallQuerySet":
        """Calls that may be read and heard; see `SalesCall.is_redacted`."""
        return self.with_redaction().filter(models.Q(status__in=_AFTER_REDACTION) | models.Q(has_been_redacted=True))

    def with_people(self) -> "SalesCallQuerySet":
        return self.select_related("agent", "agent__team", "customer", "client")


class SalesCall(TimestampedModel):
    """The specification's `SalesCall`, and what the product adds to it."""

    # Without indexes of their own: the longer ones below begin with the same columns, and each costs every new call.
    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="calls", db_index=False)
    agent = models.ForeignKey(
        "people.Agent", on_delete=models.SET_NULL, related_name="calls", null=True, blank=True, db_index=False
    )
    customer = models.ForeignKey(
        "people.Customer", on_delete=models.SET_NULL, related_name="calls", null=True, blank=True
    )
    created_by = models.ForeignKey(
        "people.User", on_delete=models.SET_NULL, related_name="+", null=True, blank=True, db_index=False
    )
    title = models.CharField(_("title"), max_length=200, blank=True)
    started_at = models.DateTimeField(_("call time"), default=timezone.now, db_index=True)
    call_duration = models.FloatField(_("duration"), null=True, blank=True, help_text=_("Seconds"))
    call_type = models.CharField(_("type"), max_length=12, choices=CallType.choices, blank=True)
    region = models.CharField(_("region"), max_length=100, blank=True)
    source = models.CharField(_("source"), max_length=60, blank=True)
    notes = models.TextField(_("notes"), blank=True)
    language = models.CharField(_("language"), max_length=8, blank=True)

    outcome = models.CharField(_("outcome"), max_length=14, choices=Outcome.choices, blank=True)
    outcome_origin = models.CharField(max_length=10, choices=Origin.choices, blank=True)
    outcome_confidence = models.FloatField(null=True, blank=True, help_text=_("0 to 1"))
    outcome_reason = models.TextField(blank=True)

    quality_score = models.DecimalField(
        _("quality score"), max_digits=5, decimal_places=2, null=True, blank=True, help_text=_("0 to 100"),
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )  # fmt: skip
    conversion_probability = models.FloatField(_("conversion probability"), null=True, blank=True)
    csat = models.FloatField(
        _("customer satisfaction"), null=True, blank=True, help_text=_("1 to 5, as the customer said"),
        validators=[MinValueValidator(1), MaxValueValidator(5)],
    )  # fmt: skip

    system = models.CharField(_("system"), max_length=40, blank=True, help_text=_("Where the row came from"))
    external_id = models.CharField(_("id in that system"), max_length=200, blank=True)
    row_hash = models.CharField(
        max_length=32, blank=True, editable=False, help_text="Of the imported values: an equal one changes nothing"
    )

    requested_model = models.CharField(
        _("speech model"), max_length=200, blank=True, help_text=_("Empty: the installation's default")
    )
    requested_language = models.CharField(
        _("spoken language"), max_length=8, blank=True, help_text=_("Empty: detected")
    )
    requested_speakers = models.PositiveSmallIntegerField(
        _("number of speakers"), null=True, blank=True, help_text=_("Empty: found out")
    )
    agent_channel = models.PositiveSmallIntegerField(
        _("agent's channel"), null=True, blank=True, help_text=_("0 is left, 1 is right. Empty: found out")
    )

    status = models.CharField(_("status"), max_length=12, choices=CallStatus.choices, default=CallStatus.RECEIVED)
    error = models.TextField(_("error"), blank=True)
    error_code = models.CharField(max_length=40, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    anonymised_at = models.DateTimeField(
        _("anonymised"), null=True, blank=True, help_text=_("Sound, words and names are gone; only figures stay")
    )
    disposal_level = models.PositiveSmallIntegerField(
        default=0,
        db_default=0,
        editable=False,
        help_text="How much of it is gone: 0 nothing, 1 sound, 2 personal data in words too, 3 anonymised",
    )

    # As `recordings.privacy.consent` last decided; the history stands in ConsentRecord.
    lawful_basis = models.CharField(_("lawful basis"), max_length=20, choices=Basis.choices, blank=True)
    consent_state = models.CharField(_("consent"), max_length=10, choices=ConsentState.choices, blank=True)
    refused_sha256 = models.CharField(
        max_length=64, blank=True, help_text="Of a recording that was not kept, so that it is known when it comes again"
    )

    objects = SalesCallQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        indexes = [
            models.Index(fields=["client", "-started_at", "-id"]),
            models.Index(fields=["client", "-created_at", "-id"]),
            models.Index(fields=["agent", "-started_at"]),
            # What lists are narrowed by. Calls that only came in as rows of another system stand in none of these.
            models.Index(
                fields=["client", "status", "-started_at", "-id"],
                condition=~models.Q(status=CallStatus.LOGGED),
                name="calls_by_status",
            ),
            models.Index(
                fields=["client", "lawful_basis", "-started_at"],
                condition=~models.Q(lawful_basis=""),
                name="calls_by_basis",
            ),
            models.Index(
                fields=["client", "consent_state", "-started_at"],
                condition=~models.Q(consent_state=""),
                name="calls_by_consent",
            ),
            models.Index(fields=["client", "disposal_level", "started_at"], name="calls_for_retention"),
            models.Index(fields=["client", "outcome", "-started_at"]),
            # For values that few calls have. Without the time in them they stay small: equal keys are kept once.
            models.Index(fields=["client", "call_type"], name="calls_by_type"),
            models.Index(fields=["client", "language"], name="calls_by_language"),
            models.Index(fields=["client", "region"], condition=~models.Q(region=""), name="calls_by_region"),
            models.Index(fields=["client", "source"], condition=~models.Q(source=""), name="calls_by_source"),
            models.Index(fields=["client"], condition=HAS_WRITING, name="calls_with_writing"),
            models.Index(fields=["created_by"], condition=models.Q(created_by__isnull=False), name="calls_by_uploader"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(conversion_probability__isnull=True)
                | models.Q(conversion_probability__gte=0, conversion_probability__lte=1),
                name="conversion_probability_is_a_probability",
            ),
            models.UniqueConstraint(
                fields=["client", "refused_sha256"],
                condition=~models.Q(refused_sha256=""),
                name="refused_once_per_client",
            ),
            models.UniqueConstraint(
                fields=["client", "system", "external_id"],
                condition=~models.Q(external_id=""),
                name="call_once_per_system",
            ),
            models.CheckConstraint(
                condition=models.Q(csat__isnull=True) | models.Q(csat__gte=1, csat__lte=5), name="csat_is_1_to_5"
            ),
        ]

    def __str__(self) -> str:
        return self.title or f"Call {self.started_at:%Y-%m-%d %H:%M}"

    @property
    def is_redacted(self) -> bool:
        """Whether what may not be kept has been masked, so that the call may be read and heard.

        A call that is analysed again, or whose analysis failed later on, stays readable: its step counts.
        """
        if self.is_in_progress and self.consent_state == ConsentState.PENDING:
            return False  # transcribed only to look for consent: nobody reads that
        if self.status in _AFTER_REDACTION:
            return True
        if "has_been_redacted" in self.__dict__:  # by SalesCallQuerySet.with_redaction
            return bool(self.__dict__["has_been_redacted"])
        return self.steps.filter(stage="redact", finished_at__isnull=False).exists()

    @property
    def is_in_progress(self) -> bool:
        return self.status not in ENDED

    @property
    def is_held_back(self) -> bool:
        """Whether the law, as far as it is known here, keeps this call from being processed and shown."""
        return self.status == CallStatus.HELD_BACK
