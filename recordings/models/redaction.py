"""What is masked in a client's calls, and what a person had masked in one call beyond that."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from recordings.language.personal_data.types import DEFAULT_KINDS, KINDS
from recordings.models.call import SalesCall
from salesiq.common.models import TimestampedModel
from salesiq.people.scoping import Scope, ScopedQuerySet


class DataKind(models.TextChoices):
    """Kinds of personal data, in the order in which they are offered."""

    CARD = "card", _("Payment card (number, code, expiry)")
    BANK_ACCOUNT = "bank_account", _("Bank account")
    NATIONAL_ID = "national_id", _("National id, tax or passport number")
    PASSWORD = "password", _("Password or PIN")
    BIRTH_DATE = "birth_date", _("Date of birth")
    PHONE = "phone", _("Phone number")
    EMAIL = "email", _("E-mail address")
    ADDRESS = "address", _("Postal address")
    NAME = "name", _("Name of a person")


class SoundMask(models.TextChoices):
    TONE = "tone", _("A tone")
    SILENCE = "silence", _("Silence")


def default_kinds() -> list[str]:
    return list(DEFAULT_KINDS)


def check_kinds(kinds: Any) -> None:
    """Raises ValidationError for a list that names a kind we do not know."""
    unknown = [kind for kind in kinds if kind not in KINDS] if isinstance(kinds, list) else [kinds]
    if unknown:
        raise ValidationError(
            _("%(unknown)s is no kind of personal data we can mask. Use some of: %(known)s.")
            % {"unknown": unknown[0], "known": ", ".join(KINDS)}
        )


class RedactionPolicyQuerySet(ScopedQuerySet["RedactionPolicy"]):
    scope = Scope()


class RedactionPolicy(TimestampedModel):
    """One client's rules. A client without a row has the defaults: see `recordings.privacy.masking_rules.policy_of`."""

    client = models.OneToOneField("people.Client", on_delete=models.CASCADE, related_name="redaction_policy")
    text_kinds = models.JSONField(_("masked in text"), default=default_kinds, blank=True, validators=[check_kinds])
    sound_kinds = models.JSONField(_("masked in sound"), default=default_kinds, blank=True, validators=[check_kinds])
    sound_mask = models.CharField(
        _("in place of the sound"), max_length=8, choices=SoundMask.choices, default=SoundMask.TONE
    )
    all_channels = models.BooleanField(
        _("mask both sides"),
        default=True,
        help_text=_("A telephone line carries a faint echo of the other side. Off: only the side that said it."),
    )
    keep_original = models.BooleanField(
        _("keep the unmasked file"),
        default=False,
        help_text=_("Off: the received file is replaced by a masked one, and what was masked is gone for good."),
    )
    countries = models.JSONField(
        _("countries"), default=list, blank=True, help_text=_("Whose id numbers to look for. Empty: all we know.")
    )

    objects = RedactionPolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("redaction policy")
        verbose_name_plural = _("redaction policies")

    def __str__(self) -> str:
        return str(self.client)


class CallRedactionQuerySet(ScopedQuerySet["CallRedaction"]):
    scope = Scope(client="call__client", agent="call__agent")


class CallRedaction(models.Model):
    """Kinds that somebody, or a retention rule, had masked in one call; later analyses mask them again."""

    call = models.OneToOneField(SalesCall, on_delete=models.CASCADE, related_name="redaction")
    kinds = models.JSONField(default=list, validators=[check_kinds])
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    requested_at = models.DateTimeField(auto_now=True)

    objects = CallRedactionQuerySet.as_manager()

    class Meta:
        verbose_name = _("redaction of a call")
        verbose_name_plural = _("redactions of calls")

    def __str__(self) -> str:
        return f"{self.call_id}: {', '.join(self.kinds)}"
