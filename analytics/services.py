"""What people write on the analytics pages: saved views and annotations."""

from datetime import date

from django.db import transaction

from analytics.models import Annotation, SavedView
from salesiq.people.models import Client, User

MOST_QUERY = 4000


@transaction.atomic
def save_view(*, user: User, name: str, page: str, query: str, is_shared: bool) -> SavedView:
    """Keep a page's filters under `name`; a view of that name of the same user is replaced.

    Only who belongs to a client has somebody to share with. Raises ValueError for a query that is too long.
    """
    if len(query) > MOST_QUERY:
        raise ValueError(f"A view may hold {MOST_QUERY} characters of filters.")
    view, _ = SavedView.objects.update_or_create(
        user=user,
        page=page,
        name=name,
        defaults={"client": user.client, "query": query, "is_shared": is_shared and user.client_id is not None},
    )
    return view


@transaction.atomic
def delete_view(*, view: SavedView) -> None:
    view.delete()


@transaction.atomic
def add_annotation(*, client: Client, user: User, day: date, text: str) -> Annotation:
    """Mark a day in the trends of `client`."""
    return Annotation.objects.create(client=client, created_by=user, day=day, text=text)


@transaction.atomic
def delete_annotation(*, annotation: Annotation) -> None:
    annotation.delete()
