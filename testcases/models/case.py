"""Test cases, their versions that never change, and suites of them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from recordings.models import SalesCall
from salesiq.common.models import TimestampedModel
from salesiq.people.scoping import Scope
from testcases.models.scoping import TestScopedQuerySet


class TestType(models.TextChoices):
    __test__ = False

    OBJECTION_HANDLING = "objection_handling", _("Objection handling")
    CLOSING = "closing", _("Closing")
    PRODUCT_KNOWLEDGE = "product_knowledge", _("Product knowledge")
    CUSTOMER_SERVICE = "customer_service", _("Customer service")
    UPSELLING = "upselling", _("Upselling")
    FOLLOW_UP = "follow_up", _("Follow-up")


class Difficulty(models.TextChoices):
    BEGINNER = "beginner", _("Beginner")
    INTERMEDIATE = "intermediate", _("Intermediate")
    ADVANCED = "advanced", _("Advanced")


class TestCase(TimestampedModel):
    """The specification's `TestCase`, by a name that is its own within the client: `price-too-high-beginner`.

    What is played and judged are its versions; `current` is the newest. `library_key` names the shipped case that it
    was made from; `source_call` the real call that it retells (scenarios/), with the agent who lost it.
    """

    __test__ = False

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="test_cases")
    name = models.SlugField(_("name"), max_length=100, help_text=_("As commands and the API call it"))
    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("description"), blank=True, max_length=5_000)
    test_type = models.CharField(_("type"), max_length=20, choices=TestType.choices)
    difficulty_level = models.CharField(_("difficulty"), max_length=12, choices=Difficulty.choices)
    language = models.CharField(_("language"), max_length=8, default="en")
    skills = models.JSONField(_("skills"), default=list, help_text="Slugs: of testcases/skills.py, or own ones")
    is_active = models.BooleanField(_("active"), default=True)
    current = models.ForeignKey("testcases.CaseVersion", on_delete=models.SET_NULL, related_name="+", null=True)
    library_key = models.CharField(max_length=100, blank=True, editable=False)
    source_call = models.ForeignKey(SalesCall, on_delete=models.SET_NULL, related_name="+", null=True, blank=True)
    source_agent = models.ForeignKey("people.Agent", on_delete=models.SET_NULL, related_name="+", null=True, blank=True)
    created_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, related_name="+", null=True)

    objects = TestScopedQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("test case")
        verbose_name_plural = _("test cases")
        constraints = [models.UniqueConstraint(fields=["client", "name"], name="test_case_name_once")]
        indexes = [models.Index(fields=["client", "test_type", "difficulty_level"], name="test_case_kind")]

    def __str__(self) -> str:
        return self.title


class CaseVersion(TimestampedModel):
    """What is played and judged. A trigger keeps it as it was written; an edit writes the next one.

    `content` (content/document.py, CaseContent) holds scenario, expected_outcome, persona, facts, objections, opening,
    goal, stop, replies, criteria, pass_mark (0 to 100), attempts, time_limit (seconds). `content_hash`: SHA-256 of it.
    """

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="+")
    case = models.ForeignKey(TestCase, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    content = models.JSONField(_("content"))
    content_hash = models.CharField(max_length=64, editable=False)
    why = models.CharField(_("why"), max_length=500, blank=True)
    created_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, related_name="+", null=True)

    objects = TestScopedQuerySet.as_manager()

    class Meta:
        ordering = ["case", "-number"]
        verbose_name = _("version of a test case")
        verbose_name_plural = _("versions of test cases")
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="case_version_once")]

    def __str__(self) -> str:
        return f"{self.case} v{self.number}"


class Suite(TimestampedModel):
    """Cases that are run together, in order. Passed when every case is."""

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="test_suites")
    name = models.SlugField(_("name"), max_length=100)
    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("description"), blank=True, max_length=5_000)
    cases = models.ManyToManyField(TestCase, through="SuiteCase", related_name="suites")
    created_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, related_name="+", null=True)

    objects = TestScopedQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("suite")
        verbose_name_plural = _("suites")
        constraints = [models.UniqueConstraint(fields=["client", "name"], name="suite_name_once")]

    def __str__(self) -> str:
        return self.title


class SuiteCaseQuerySet(TestScopedQuerySet["SuiteCase"]):
    scope = Scope(client="suite__client", roles=TestScopedQuerySet.scope.roles)


class SuiteCase(models.Model):
    suite = models.ForeignKey(Suite, on_delete=models.CASCADE, related_name="members")
    case = models.ForeignKey(TestCase, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)

    objects = SuiteCaseQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["suite", "case"], name="case_once_in_suite")]

    def __str__(self) -> str:
        return f"{self.suite}: {self.case}"
