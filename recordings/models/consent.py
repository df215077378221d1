"""On what ground calls may be processed: what a client declares, what a place demands, what a person agreed to."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from salesiq.common.models import TimestampedModel, new_id
from salesiq.people.models import User
from salesiq.people.roles import Role
from salesiq.people.scoping import Scope, ScopedQuerySet

KEEPERS = frozenset({Role.ADMIN, Role.PRIVACY})
APPEND_ONLY = "The history of consent is append-only: file a further record instead."


class Basis(models.TextChoices):
    """The six grounds of GDPR Art. 6(1), (a) to (f)."""

    CONSENT = "consent", _("Consent")
    CONTRACT = "contract", _("Contract")
    LEGAL_OBLIGATION = "legal_obligation", _("Legal obligation")
    VITAL_INTERESTS = "vital_interests", _("Vital interests")
    PUBLIC_TASK = "public_task", _("Public task")
    LEGITIMATE_INTERESTS = "legitimate_interests", _("Legitimate interests")


class ConsentState(models.TextChoices):
    GIVEN = "given", _("Given")
    PENDING = "pending", _("Not known yet")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class EvidenceKind(models.TextChoices):
    SPOKEN = "spoken", _("Said in the call")
    IVR = "ivr", _("Key or voice menu before the call")
    IMPORT = "import", _("Imported from another system")
    WRITTEN = "written", _("In writing")
    PERSON = "person", _("Noted by a person")


class PartyRule(models.TextChoices):
    """Who must agree to a recording: one of those who speak, or all of them."""

    ONE_PARTY = "one_party", _("One side knows")
    ALL_PARTY = "all_party", _("Everybody agrees")


class UnknownAction(models.TextChoices):
    REFUSE = "refuse", _("Refuse it: only a row that says why is kept")
    DROP_SOUND = "drop_sound", _("Keep the recording's data, drop its sound")


class WithdrawalAction(models.TextChoices):
    STOP = "stop", _("Stop and show nothing of the call")
    DROP_SOUND = "drop_sound", _("Stop and drop the sound")
    ERASE = "erase", _("Stop and erase the call")


class PolicyQuerySet(ScopedQuerySet["ProcessingPolicy"]):
    scope = Scope(roles=KEEPERS)


class ProcessingPolicy(TimestampedModel):
    """What a client has decided about the ground of its calls: one row per client, made on first use.

    A new one declares nothing, so that nothing is processed before somebody has stated why it may be.
    """

    client = models.OneToOneField("people.Client", on_delete=models.CASCADE, related_name="processing_policy")
    declared_basis = models.CharField(
        _("declared basis"), max_length=20, choices=Basis.choices, blank=True,
        help_text=_("GDPR Art. 6(1). Empty: none is declared, and only calls with a basis of their own are processed."),
    )  # fmt: skip
    declared_note = models.TextField(
        _("why"), blank=True, help_text=_("E.g. where the balancing test or the contract's clause is filed.")
    )
    default_rule = models.CharField(
        _("where no rule is known"), max_length=10, choices=PartyRule.choices, default=PartyRule.ALL_PARTY,
        help_text=_("Holds for calls whose region is empty or in no rule."),
    )  # fmt: skip
    default_region = models.CharField(
        _("region when a call names none"), max_length=100, blank=True, help_text=_("E.g. Spain, US-TX or Bavaria.")
    )
    unknown_action = models.CharField(
        _("a recording without a basis"), max_length=10, choices=UnknownAction.choices, default=UnknownAction.REFUSE
    )
    look_for_spoken_consent = models.BooleanField(
        _("look for consent in the call"), default=True,
        help_text=_("Where consent is not known yet, the call is transcribed only to look for the line that gives it."),
    )  # fmt: skip
    on_withdrawal = models.CharField(
        _("when consent is withdrawn"), max_length=10, choices=WithdrawalAction.choices,
        default=WithdrawalAction.DROP_SOUND,
    )  # fmt: skip

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("processing policy")
        verbose_name_plural = _("processing policies")

    def __str__(self) -> str:
        return f"{self.client}: {self.get_declared_basis_display() or _('nothing declared')}"


class JurisdictionRuleQuerySet(ScopedQuerySet["JurisdictionRule"]):
    scope = Scope(roles=KEEPERS)

    def visible_to(self, user: User | AnonymousUser) -> "JurisdictionRuleQuerySet":
        """The client's own and, for whoever may see those, the shipped ones."""
        rows = super().visible_to(user)
        if isinstance(user, User) and user.is_active and user.role in KEEPERS and user.client_id:
            return self.filter(models.Q(client=user.client_id) | models.Q(client__isnull=True))
        return rows


class JurisdictionRule(TimestampedModel):
    """Who must agree to a recording in one region. Without a client it is a shipped default: no legal advice."""

    client = models.ForeignKey(
        "people.Client", on_delete=models.CASCADE, related_name="jurisdiction_rules", null=True, blank=True
    )
    code = models.CharField(_("code"), max_length=12, help_text=_("ISO 3166, e.g. US-CA or DE"))
    names = models.JSONField(_("names"), default=list, blank=True, help_text=_("Other words for the region."))
    rule = models.CharField(_("rule"), max_length=10, choices=PartyRule.choices)
    source = models.TextField(_("source"), help_text=_("The statute or guideline it rests on."))

    objects = JurisdictionRuleQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name = _("jurisdiction rule")
        verbose_name_plural = _("jurisdiction rules")
        constraints = [
            models.UniqueConstraint(fields=["client", "code"], name="one_jurisdiction_rule_per_client"),
            models.UniqueConstraint(
                fields=["code"], condition=models.Q(client__isnull=True), name="one_shipped_jurisdiction_rule"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.get_rule_display()}"


class ConsentRecordQuerySet(ScopedQuerySet["ConsentRecord"]):
    scope = Scope(roles=KEEPERS)

    def update(self, **kwargs: Any) -> int:
        raise TypeError(APPEND_ONLY)

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError(APPEND_ONLY)

    def forget_words(self) -> int:
        """Erase what a person said or wrote from these records; that and when something was agreed stays."""
        return super().update(quote="", reference="")


class ConsentRecord(models.Model):
    """One word on consent, of one call or of all calls of a customer. Append-only: the latest counts.

    It goes with its call or customer, and its words may be erased (`forget_words`); nothing else changes it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="consent_records")
    call = models.ForeignKey(
        "recordings.SalesCall", on_delete=models.CASCADE, related_name="consent_records", null=True, blank=True
    )
    customer = models.ForeignKey(
        "people.Customer", on_delete=models.CASCADE, related_name="consent_records", null=True, blank=True
    )
    state = models.CharField(_("state"), max_length=10, choices=ConsentState.choices)
    basis = models.CharField(_("basis"), max_length=20, choices=Basis.choices, blank=True)
    evidence = models.CharField(_("evidence"), max_length=8, choices=EvidenceKind.choices)
    reference = models.TextField(_("what shows it"), blank=True)
    quote = models.TextField(_("words"), blank=True)
    position = models.PositiveIntegerField(null=True, blank=True, help_text="Of the utterance, when it was found")
    start = models.FloatField(null=True, blank=True, help_text="Seconds into the call")
    at = models.DateTimeField(_("since"), default=timezone.now)
    expires_at = models.DateTimeField(_("until"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("noted"), default=timezone.now, editable=False)
    recorded_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, related_name="+", null=True, blank=True)
    channel = models.CharField(_("came by"), max_length=40, blank=True, help_text=_("E.g. phone, e-mail, API, page"))
    region_code = models.CharField(_("region"), max_length=12, blank=True)
    party_rule = models.CharField(_("rule"), max_length=10, choices=PartyRule.choices, blank=True)
    rule_source = models.TextField(_("source of the rule"), blank=True)

    objects = ConsentRecordQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-recorded_at", "-pk"]
        verbose_name = _("consent record")
        verbose_name_plural = _("consent records")
        indexes = [
            models.Index(fields=["call", "-at"]),
            models.Index(fields=["customer", "-at"]),
            models.Index(fields=["client", "-recorded_at"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(call__isnull=False) | models.Q(customer__isnull=False),
                name="consent_is_of_a_call_or_a_customer",
            ),
            models.CheckConstraint(condition=~models.Q(state="given", basis=""), name="given_consent_names_its_basis"),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()} {self.at:%Y-%m-%d}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError(APPEND_ONLY)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError(APPEND_ONLY)
