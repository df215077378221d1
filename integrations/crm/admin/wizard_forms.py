"""The forms of the import: which file, and what its columns become."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminSelectWidget

from integrations.crm.importing.fields import LABELS
from integrations.crm.importing.result import Preview
from integrations.crm.models import RecordKind
from recordings.intake import client_of_upload
from salesiq.people.models import Client, User

CUSTOM, ENTERED = "custom:", "entered:"
OWN_FIELD = "custom"
LOOKS = {
    "text": gettext_lazy("text"), "choice": gettext_lazy("a few values"), "number": gettext_lazy("numbers"),
    "date": gettext_lazy("days"), "boolean": gettext_lazy("yes or no"), "email": gettext_lazy("e-mail addresses"),
    "phone": gettext_lazy("phone numbers"), "money": gettext_lazy("amounts of money"),
}  # fmt: skip


class NewImportForm(forms.Form):
    """A file and what its rows are. The superuser of several clients also says whose."""

    client = forms.ModelChoiceField(Client.objects.none(), label=gettext_lazy("Client"), widget=UnfoldAdminSelectWidget)
    kind = forms.ChoiceField(
        choices=RecordKind.choices, label=gettext_lazy("What the rows are"), widget=UnfoldAdminSelectWidget
    )
    file = forms.FileField(
        label=gettext_lazy("File"),
        max_length=200,
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".csv,.tsv,.txt,.xlsx,.json,.jsonl"}),
        help_text=gettext_lazy("CSV, Excel (XLSX) or JSON, with the names of the columns in the first row"),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = user
        if user.is_superuser:
            field = self.fields["client"]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = Client.objects.visible_to(user)
        else:
            del self.fields["client"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        try:
            values["client"] = client_of_upload(self._user, values.get("client"))
        except ValidationError as error:
            self.add_error(None, error)
        return values


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that a column may become."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class ColumnRow:
    """One column of the file with what it may become; `becomes` is the chosen one."""

    number: int
    name: str
    looks: str
    examples: tuple[str, ...]
    becomes: str
    choices: tuple[Choice, ...]


def column_rows(preview: Preview, chosen: dict[str, str]) -> list[ColumnRow]:
    """The columns as the page shows them; `chosen` overrules what was guessed."""
    rows = []
    for number, column in enumerate(preview.columns):
        goal = chosen.get(column.name, column.goes_to)
        choices = tuple(_choices(preview, column.name, goal))
        looks = str(LOOKS.get(column.looks_like, column.looks_like))
        rows.append(ColumnRow(number, column.name, looks, column.examples, goal, choices))
    return rows


def _choices(preview: Preview, column: str, goal: str) -> list[Choice]:
    own = goal if goal.startswith(CUSTOM) else CUSTOM + _key(column)
    values = [("", _("Leave out")), (own, goal_in_words(column, own))]
    if goal.startswith(ENTERED):
        values.append((goal, goal_in_words(column, goal)))
    values += [(field.name, field.label + (" *" if field.required else "")) for field in preview.fields]
    return [Choice(value, label, value == goal) for value, label in values]


def goal_in_words(column: str, goal: str) -> str:
    """What a column becomes, for people."""
    if not goal:
        return _("left out")
    if goal.startswith(CUSTOM):
        return _("Custom field “%(name)s”") % {"name": column}
    if goal.startswith(ENTERED):
        return _("Day on which “%(stage)s” was entered") % {"stage": goal.removeprefix(ENTERED)}
    return str(LABELS.get(goal, goal))


def _key(column: str) -> str:
    return slugify(column, allow_unicode=True)[:60] or "column"


def posted_mapping(data: QueryDict) -> dict[str, str]:
    """{column: what it becomes} as the page sent it."""
    names = data.getlist("column")
    return {name: data.get(f"becomes-{number}", "") for number, name in enumerate(names)}


def posted_options(data: QueryDict) -> dict[str, Any]:
    """How days, numbers and amounts are written, as far as somebody said it."""
    options: dict[str, Any] = {
        name: data[name] == "yes" for name in ("day_first", "decimal_comma") if data.get(name) in ("yes", "no")
    }
    currency = data.get("currency", "").strip().upper()
    if currency:
        options["currency"] = currency
    return options


def options_problem(options: dict[str, Any]) -> str:
    """What is wrong with the options, in words; empty where nothing is."""
    currency = options.get("currency", "")
    if currency and not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
        return _("“%(code)s” is not a currency. Write its three letters, such as EUR.") % {"code": currency}
    return ""
