"""Who signs in."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from salesiq.common.models import new_id
from salesiq.people.roles import CAPABILITIES, Capability, Role
from salesiq.people.scoping import Scope, ScopedQuerySet
from salesiq.people.signals import object_touched


class UserQuerySet(ScopedQuerySet["User"]):
    scope = Scope(roles=frozenset({Role.ADMIN, Role.MANAGER, Role.REVIEWER}))


class ScopedUserManager(UserManager["User"]):
    """Django's user manager with our scoping; written out because `from_queryset` loses its types."""

    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def create_user(
        self, username: str, email: str | None = None, password: str | None = None, **fields: Any
    ) -> "User":
        """As Django's, without its `is_staff` column: here that follows from the role."""
        user = self.model(username=self.model.normalize_username(username), email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(
        self, username: str, email: str | None = None, password: str | None = None, **fields: Any
    ) -> "User":
        user = self.create_user(username, email, password, is_superuser=True, **fields)
        rights = {"after": {"is_superuser": True}}
        object_touched.send(self.model, target=user, action="added", actor=None, request=None, details=rights)
        return user

    def visible_to(self, user: "User") -> UserQuerySet:
        return self.get_queryset().visible_to(user)


class User(AbstractUser):
    """A person or an integration of one client. A superuser belongs to the installation, not to a client."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="users", null=True, blank=True)
    role = models.CharField(_("role"), max_length=12, choices=Role.choices, default=Role.AGENT)

    objects: ClassVar[ScopedUserManager] = ScopedUserManager()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")

    @property
    def is_staff(self) -> bool:  # type: ignore[override]
        """Who may sign in to Django's admin: a property, not a column, so that it never trails the role."""
        return self.can(Capability.USE_ADMIN)

    @property
    def sees_calls(self) -> bool:
        """For templates, which cannot pass a capability."""
        return self.can(Capability.VIEW_CALLS)

    @property
    def sees_figures(self) -> bool:
        """For templates: whether the analytics pages are theirs."""
        return self.can(Capability.VIEW_ANALYTICS)

    @property
    def decides(self) -> bool:
        """For templates: whether the pages of decisions are theirs."""
        return self.can(Capability.VIEW_DECISIONS)

    @property
    def answers_reviews(self) -> bool:
        """For templates: whether the agent's own pages are theirs. Not of a superuser, who is nobody's agent."""
        return self.can(Capability.ANSWER_REVIEWS) and not self.is_superuser

    @property
    def coaches(self) -> bool:
        """For templates: whether the coaching pages are theirs."""
        return self.can(Capability.COACH)

    @property
    def reviews_calls(self) -> bool:
        """For templates: whether the queue of reviews is theirs."""
        return self.can(Capability.REVIEW_CALLS)

    @property
    def manages_quality(self) -> bool:
        """For templates: whether they plan samples and give reviews to others."""
        return self.can(Capability.MANAGE_QUALITY)

    @property
    def works_with_prompts(self) -> bool:
        """For templates: whether the pages of prompts are theirs."""
        return self.can(Capability.VIEW_PROMPTS)

    @property
    def manages_prompts(self) -> bool:
        """For templates: whether they write, evaluate and release prompts."""
        return self.can(Capability.MANAGE_PROMPTS)

    @property
    def practises(self) -> bool:
        """For templates: whether they play test cases."""
        return self.can(Capability.PRACTISE)

    @property
    def sees_tests(self) -> bool:
        """For templates: whether they see test cases from the inside."""
        return self.can(Capability.VIEW_TESTS)

    @property
    def manages_tests(self) -> bool:
        """For templates: whether they write test cases and assign practice."""
        return self.can(Capability.MANAGE_TESTS)

    @property
    def manages_models(self) -> bool:
        """For templates: whether they connect language models."""
        return self.can(Capability.MANAGE_MODELS)

    @property
    def answers_persons(self) -> bool:
        """For templates: whether the privacy centre is theirs."""
        return self.can(Capability.ANSWER_PERSONS)

    @property
    def leads_quality(self) -> bool:
        """For templates: whether they lead calibrations and plan samples."""
        return self.can(Capability.MANAGE_QUALITY)

    def can(self, capability: Capability) -> bool:
        """Whether the user's role grants `capability`; a superuser has them all, an inactive user none."""
        if not self.is_active:
            return False
        return self.is_superuser or capability in CAPABILITIES[self.role]

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What Django checks sessions by: they end with the password, and here with a change of rights too."""
        stamp = "|".join([self.password, self.role, str(self.is_superuser), str(self.client_id)])
        return salted_hmac("salesiq.people.User.session", stamp, secret=secret, algorithm="sha256").hexdigest()

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Django's model permissions are not used: rights come from the role, through `can`."""
        return self.is_active and self.is_superuser

    def has_module_perms(self, app_label: str) -> bool:
        return self.can(Capability.USE_ADMIN)
