"""Making test cases and their versions, which never change once they are written."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from recordings.models import SalesCall
from salesiq.audit.services import record_event
from salesiq.people.models import Agent, Client, User
from salesiq.people.roles import Capability
from testcases.content.blanking import BLANK
from testcases.content.document import CaseContent
from testcases.content.reading import content_hash, read_content, write_content
from testcases.models import CaseVersion, TestCase
from testcases.services.errors import CaseError, NameTakenError, StaleVersionError, assert_may, assert_same_client

LONGEST_REASON, MOST_SKILLS, LONGEST_SKILL = 500, 20, 60
# What of a case may be changed without a new version; only codes among them are told to the audit trail.
SETTINGS = ("title", "description", "test_type", "difficulty_level", "skills", "is_active")
_CODES = ("test_type", "difficulty_level", "skills", "is_active")
_OTHERS = ("client", "current", "skills", "source_call", "source_agent", "created_by")


def create_case(
    *,
    client: Client,
    user: User | None,
    name: str,
    title: str,
    test_type: str,
    difficulty_level: str,
    language: str = "",
    skills: Sequence[str] = (),
    description: str = "",
    content: CaseContent | Mapping[str, Any],
    why: str = "",
    library_key: str = "",
    is_active: bool = True,
    source_call: SalesCall | None = None,
    source_agent: Agent | None = None,
) -> TestCase:
    """A case with its first version. `language` is its content's; it may be left out.

    Raises:
        PermissionDenied: `user` may not manage test cases.
        NameTakenError: the client has a case of this name.
        ContentError: the content is none; it names every mistake and its place.
        ValidationError: a field's value cannot be used.
    """
    assert_may(user, Capability.MANAGE_TESTS)
    assert_same_client(user, _Owned(client.pk), source_call, source_agent)
    ready = _ready(content, language)
    case = TestCase(
        client=client, name=name, title=title, description=description, test_type=test_type,
        difficulty_level=difficulty_level, language=ready["language"], skills=checked_skills(skills),
        is_active=is_active, library_key=library_key, source_call=source_call, source_agent=source_agent,
        created_by=user,
    )  # fmt: skip
    case.full_clean(exclude=_OTHERS, validate_constraints=False)
    with transaction.atomic():
        try:
            with transaction.atomic():
                case.save(force_insert=True)
        except IntegrityError as error:
            sentence = _("There is a test case “%(name)s” already. Choose another name, or write a new version of it.")
            raise NameTakenError(sentence % {"name": name}) from error
        record_event(action="added", target=case, actor=user, details={"name": case.name})
        _write(case, user, ready, why, number=1)
    return case


def save_version(
    *,
    case: TestCase,
    user: User | None,
    content: CaseContent | Mapping[str, Any],
    why: str = "",
    based_on: int | None = None,
) -> CaseVersion:
    """The next version of `case`, numbered without gaps however many write at once; it is the current one from now on.

    Where nothing differs from the newest version, that one is returned and nothing is written. `based_on` is the
    number that the writer began with. Sessions and runs under way stay with the version they began with.

    Raises:
        PermissionDenied: `user` may not manage test cases.
        StaleVersionError: there is a newer version than `based_on`; the sentence tells who saved it.
        ContentError: the content is none.
    """
    assert_may(user, Capability.MANAGE_TESTS)
    assert_same_client(user, case)
    ready = _ready(content, case.language)
    with transaction.atomic():
        locked = TestCase.objects.select_for_update().get(pk=case.pk)
        newest = locked.versions.select_related("created_by").order_by("-number").first()
        if newest is not None and based_on is not None and newest.number != based_on:
            raise _stale(newest)
        if newest is not None and newest.content_hash == content_hash(ready):
            return newest
        version = _write(locked, user, ready, why, number=newest.number + 1 if newest else 1)
    case.current = version
    return version


def update_case(*, case: TestCase, user: User | None, changes: Mapping[str, Any]) -> TestCase:
    """Change what is no part of a version: `SETTINGS`.

    Raises:
        PermissionDenied: `user` may not manage test cases.
        CaseError: `changes` name something else.
        ValidationError: a value cannot be used.
    """
    assert_may(user, Capability.MANAGE_TESTS)
    assert_same_client(user, case)
    if unknown := sorted(set(changes) - set(SETTINGS)):
        raise CaseError(_("This cannot be changed: %(names)s.") % {"names": ", ".join(unknown)}, code="not_changeable")
    with transaction.atomic():
        row = TestCase.objects.select_for_update().get(pk=case.pk)
        wanted = {**changes, **({"skills": checked_skills(changes["skills"])} if "skills" in changes else {})}
        differing = {name: value for name, value in wanted.items() if getattr(row, name) != value}
        if not differing:
            return row
        if differing.get("is_active") and row.current and row.current.content.get("scenario") == BLANK:
            sentence = _("It was emptied with the call that it retold. Write it anew before you switch it on.")
            raise CaseError(sentence, code="emptied")
        before = {name: getattr(row, name) for name in differing if name in _CODES}
        for name, value in differing.items():
            setattr(row, name, value)
        row.full_clean(exclude=_OTHERS, validate_constraints=False)
        row.save(update_fields=[*differing, "updated_at"])
        after = {name: differing[name] for name in before}
        details = {"fields": sorted(differing), "before": before, "after": after}
        record_event(action="changed", target=row, actor=user, details=details)
    return row


def checked_skills(skills: Sequence[str]) -> list[str]:
    """Each skill once.

    Raises:
        ValidationError: one is no slug, or there are too many.
    """
    if isinstance(skills, str) or not all(isinstance(skill, str) for skill in skills):
        raise ValidationError({"skills": _("A list of skills is expected.")})
    wanted = list(dict.fromkeys(skills))
    if len(wanted) > MOST_SKILLS:
        raise ValidationError({"skills": _("At most %(n)d skills.") % {"n": MOST_SKILLS}})
    for skill in wanted:
        try:
            validate_slug(skill)
        except ValidationError as error:
            raise ValidationError({"skills": error.messages}) from error
        if len(skill) > LONGEST_SKILL:
            raise ValidationError({"skills": _("A skill has at most %(n)d characters.") % {"n": LONGEST_SKILL}})
    return wanted


class _Owned:
    """A client seen as a row of itself."""

    def __init__(self, client_id: Any) -> None:
        self.client_id = client_id


def _ready(content: CaseContent | Mapping[str, Any], language: str) -> dict[str, Any]:
    """The whole document, looked at as if it came from outside: a value is no proof."""
    document = write_content(content) if isinstance(content, CaseContent) else content
    if isinstance(document, Mapping):
        document = {**({"language": language} if language else {}), **document}
    ready = write_content(read_content(document))
    if language and ready["language"] != language:
        sentence = _("The case is in “%(case)s” and its content in “%(content)s”. Make another case for that language.")
        raise CaseError(sentence % {"case": language, "content": ready["language"]}, code="other_language")
    return ready


def _write(case: TestCase, user: User | None, ready: dict[str, Any], why: str, *, number: int) -> CaseVersion:
    version = CaseVersion.objects.create(
        client_id=case.client_id, case=case, number=number, content=ready, content_hash=content_hash(ready),
        why=why.strip()[:LONGEST_REASON], created_by=user,
    )  # fmt: skip
    case.current = version
    case.save(update_fields=["current", "updated_at"])
    details = {"case": str(case.pk), "version": number, "content": version.content_hash}
    record_event(action="version_written", target=version, actor=user, details=details)
    return version


def _stale(newest: CaseVersion) -> StaleVersionError:
    who = str(newest.created_by) if newest.created_by else _("somebody")
    sentence = _("Version %(number)d was saved by %(who)s since you began. Look at it, then save yours again.")
    return StaleVersionError(sentence % {"number": newest.number, "who": who}, newest=newest.number)
