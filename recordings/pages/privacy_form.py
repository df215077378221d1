"""Who is asked for."""

import re
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from recordings.intake import client_of_upload
from recordings.privacy.persons import PersonQuery
from salesiq.people.contact import Phone
from salesiq.people.models import Client, User

_PHONE_LIKE = re.compile(r"\+?[\d\s().\-/]{6,40}")


class PersonForm(forms.Form):
    """One line for an e-mail address, a phone number or a customer's id, and what somebody has confirmed."""

    who = forms.CharField(
        label=_("E-mail address, phone number or customer id"),
        max_length=254,
        error_messages={"required": _("Give an e-mail address, a phone number or a customer's id.")},
    )
    client = forms.ModelChoiceField(Client.objects.none(), label=_("Client"), required=False)

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(data)
        self._user = user
        clients = cast("forms.ModelChoiceField[Client]", self.fields["client"])
        clients.queryset = Client.objects.visible_to(user)
        if not user.is_superuser:
            del self.fields["client"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if "who" in values:
            self.query = query_of(
                values["who"],
                confirmed=self._ids("confirmed"),
                own_calls=self._ids("own_calls"),
            )
            try:
                self.query.check()
            except ValidationError as error:
                self.add_error("who", error)
        self.owner = client_of_upload(self._user, values.get("client"))
        return values

    def _ids(self, name: str) -> tuple[str, ...]:
        return tuple(self.data.getlist(name)) if hasattr(self.data, "getlist") else ()

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """Name and value of all that was asked, for the next step's form."""
        asked = [("who", str(self.cleaned_data["who"]))]
        if "client" in self.fields:
            asked.append(("client", str(self.owner.pk)))
        asked += [("confirmed", value) for value in self.query.confirmed]
        return asked + [("own_calls", value) for value in self.query.own_calls]


def query_of(who: str, **more: Any) -> PersonQuery:
    """What somebody typed: with an @ it is an address, like a number a phone, else a customer's id."""
    who = who.strip()
    if "@" in who:
        return PersonQuery(email=who, **more)
    if _PHONE_LIKE.fullmatch(who) and Phone.of(who) is not None:
        return PersonQuery(phone=who, **more)
    return PersonQuery(customer_id=who, **more)
