"""Which dimensions are asked for, by their key, by a custom field's own key or by its full name."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from analytics.asking.columns import column_of
from analytics.metrics import CUSTOM, Rows
from decisions.models import Audience
from decisions.runs.registry import CannotAnswerError
from decisions.tables.deals import DIMENSIONS, custom_fields, deals_of
from integrations.crm.models.custom import FieldType

ALSO = ("stage",)
"""Can be asked for, but is no dimension of the standard analysis: it is that of now."""


def find_dimensions(audience: Audience, names: Iterable[str]) -> list[str]:
    """The dimension of each name, in their order.

    A field of ours that no deal of the audience says gives way to a custom field of the same key: an import keeps the
    industry of a deal there when its file names no company.

    Raises:
        CannotAnswerError: a name is unknown, or named twice; the sentence lists what there is.
    """
    custom = [name for name, _kind in custom_fields(audience)]
    found = [_find(audience, name, custom) for name in names]
    if len(set(found)) < len(found):
        raise CannotAnswerError(_("Name each dimension once."))
    return found


def standard_dimensions(audience: Audience) -> list[str]:
    """Ours and the custom fields that are groups: no numbers, no days, no free text."""
    kinds = (FieldType.CHOICE, FieldType.BOOLEAN)
    return [*DIMENSIONS, *(name for name, kind in custom_fields(audience) if kind in kinds)]


def _find(audience: Audience, name: str, custom: Sequence[str]) -> str:
    named = [key for key in custom if key in (name, f"{CUSTOM}{name}") or key.rpartition(".")[2] == name]
    if name in (*DIMENSIONS, *ALSO) and not (named and _is_empty(audience, name)):
        return name
    # A field of the deals themselves comes before one of the same key of their companies or owners.
    named.sort(key=lambda key: (key != name, not key.startswith(f"{CUSTOM}deals.")))
    if named:
        return named[0]
    sentence = _("There is no dimension “%(name)s”. Known are: %(known)s.")
    raise CannotAnswerError(sentence % {"name": name, "known": ", ".join([*DIMENSIONS, *ALSO, *custom])})


def _is_empty(audience: Audience, name: str) -> bool:
    said = deals_of(audience).annotate(said=column_of(Rows.DEALS_CLOSED, name, None))  # type: ignore[arg-type]
    return not said.filter(said__isnull=False).exists()
