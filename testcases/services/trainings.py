"""Pieces of training: material to read, for skills."""

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from recordings.language.types import LANGUAGES
from salesiq.audit.services import record_event
from salesiq.people.models import Client, User
from salesiq.people.roles import Capability
from testcases.models import Training
from testcases.services.cases import checked_skills
from testcases.services.errors import CaseError, NameTakenError, assert_may, assert_same_client


def save_training(
    *,
    client: Client,
    user: User | None,
    name: str,
    title: str,
    material: str,
    language: str = "en",
    skills: Sequence[str] = (),
    is_active: bool = True,
    library_key: str = "",
    training: Training | None = None,
) -> Training:
    """A new training, or `training` as it is to be from now on. Who was assigned it reads it as it is.

    Raises:
        PermissionDenied: `user` may not manage test cases.
        NameTakenError: the client has another training of this name.
        CaseError: the language is none that the product speaks.
        ValidationError: a field's value cannot be used.
    """
    assert_may(user, Capability.MANAGE_TESTS)
    assert_same_client(user, training)
    if language not in LANGUAGES:
        raise CaseError(_("Choose one of %(names)s.") % {"names": ", ".join(LANGUAGES)}, code="no_language")
    with transaction.atomic():
        row = training or Training(client=client, created_by=user, library_key=library_key)
        if training is not None:
            row = Training.objects.select_for_update().get(pk=training.pk)
        row.name, row.title, row.material, row.language = name, title, material.strip(), language
        row.skills, row.is_active = checked_skills(skills), is_active
        row.full_clean(exclude=["client", "created_by", "skills"], validate_constraints=False)
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError as error:
            sentence = _("There is a training “%(name)s” already. Choose another name.")
            raise NameTakenError(sentence % {"name": name}) from error
        details = {"name": row.name, "skills": row.skills, "is_active": row.is_active}
        record_event(action="changed" if training else "added", target=row, actor=user, details=details)
    return row


def delete_training(*, training: Training, user: User | None) -> None:
    """Goes with what was assigned of it; to keep those, switch it off instead.

    Raises:
        PermissionDenied: `user` may not manage test cases.
    """
    assert_may(user, Capability.MANAGE_TESTS)
    assert_same_client(user, training)
    with transaction.atomic():
        record_event(action="deleted", target=training, actor=user, details={"name": training.name})
        training.delete()
