"""Searches under a name; each person has their own."""

from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.utils.translation import gettext as _

from recordings.models import SavedSearch
from salesiq.audit.services import record_event
from salesiq.people.models import User

LONGEST_NAME, LONGEST_QUERY, MOST = 80, 2000, 100


def save_search(*, user: User, name: str, query: str) -> SavedSearch:
    """Keep the search of the query string `query` under `name`; one of that name is replaced.

    The words stand apart from the filters and as they were typed, so that an erasure finds a person's name in them.

    Raises:
        ValidationError: no name, or too many searches.
    """
    name = _named(name)
    asked = QueryDict(query[:LONGEST_QUERY], mutable=True)
    for gone in ("older", "newer", "name"):
        asked.pop(gone, None)
    words = asked.pop("q", [""])[-1][:200]
    with transaction.atomic():
        if SavedSearch.objects.of(user).exclude(name=name).count() >= MOST:
            raise ValidationError(_("You have saved a hundred searches. Delete one first."))
        values = {"client": user.client, "words": words, "query": asked.urlencode()}
        saved, made = SavedSearch.objects.update_or_create(user=user, name=name, defaults=values)
        record_event(action="search_saved", target=saved, actor=user, details={"new": made})
    return saved


def rename_search(*, saved: SavedSearch, name: str, actor: User) -> None:
    """Raises ValidationError where there is no name, or the person has a search of that name."""
    saved.name = _named(name)
    try:
        with transaction.atomic():
            saved.save(update_fields=["name", "updated_at"])
            record_event(action="search_renamed", target=saved, actor=actor)
    except IntegrityError as error:
        raise ValidationError(_("You have a search of this name already. Choose another.")) from error


def delete_search(*, saved: SavedSearch, actor: User) -> None:
    with transaction.atomic():
        record_event(action="search_deleted", target=saved, actor=actor)
        saved.delete()


def query_of(saved: SavedSearch) -> str:
    """The query string that opens it."""
    return "&".join(filter(None, (urlencode({"q": saved.words}) if saved.words else "", saved.query)))


def _named(name: str) -> str:
    name = " ".join(name.split())[:LONGEST_NAME]
    if not name:
        raise ValidationError(_("Give the search a name."))
    return name
