"""What the kinds have in common."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext as _

from integrations.crm.importing.converting import Unsaid
from integrations.crm.importing.customers import Customers, Who, name_and_email
from integrations.crm.importing.links import Agents, ByExternalId, Named, not_here
from integrations.crm.importing.rows import Context, Known, Row
from integrations.crm.importing.survey import Survey
from integrations.crm.importing.values.errors import RefusedError
from integrations.crm.importing.values.numbers import Money
from integrations.crm.importing.writing import known_ids
from integrations.crm.models import Company, Deal, Lead, Product, match_key

_WHO = ("customer_id", "customer_email", "customer_phone", "customer_name", "company")
REMEMBERED = 50_000
"""What rows said of their customers that is kept with whom it meant."""


class Kind(ABC):
    """How rows of one kind are checked, linked and written. One object lives as long as one run.

    `naming` are the fields that tell two records without an id apart; without any, all values of a row do.
    `extra` are columns of known records that the kind wants to see; `keep` is for `Writer`, `only_new` are
    further columns of a record that is made now.
    """

    model: ClassVar[type[models.Model]]
    naming: ClassVar[tuple[str, ...]] = ()
    extra: ClassVar[tuple[str, ...]] = ()
    keep: ClassVar[Mapping[str, str]] = {}
    only_new: ClassVar[Mapping[str, Any]] = {}
    has_custom: ClassVar[bool] = True

    def __init__(self, context: Context, survey: Survey, *, dry: bool) -> None:
        self.context, self.survey = context, survey
        made, client = context.made, context.client
        self.agents = Agents(client, made)
        self.companies = Named(Company, client, made, "companies")
        self.products = Named(Product, client, made, "products")
        self.customers = Customers(client, made)
        self._customer_of: dict[tuple[Any, ...], Any] = {}
        self.deals = ByExternalId(Deal, client, context.system)
        self.leads = ByExternalId(Lead, client, context.system)

    def forget(self) -> None:
        """A transaction was rolled back, and with it what was made in it."""
        for links in (self.agents, self.companies, self.products, self.customers, self.deals, self.leads):
            links.forget()
        self._customer_of.clear()

    def known(self, ids: Sequence[str]) -> dict[str, Known]:
        """Records of this client and system with these ids."""
        rows: Any = self.model._default_manager.filter(client=self.context.client, system=self.context.system)
        found = known_ids(rows.exclude(external_id=""), "external_id", ids, self.extra)
        return {
            name: Known(columns[0], columns[1], columns[2], columns[3], columns[4:]) for name, columns in found.items()
        }

    def natural_id(self, named: Mapping[str, str]) -> str:
        """The id of a row that has none, of its cells in `naming`; "" where all its values must tell it apart."""
        keys = [match_key(named.get(name, "")) for name in self.naming]
        return "|".join(keys).strip("|") if any(keys) else ""

    def check(self, row: Row) -> None:  # noqa: B027 - a hook that most kinds leave empty
        """Raises RefusedError: the values of the row cannot be true together."""

    def link(self, rows: Sequence[Row]) -> None:  # noqa: B027 - a hook that most kinds leave empty
        """Find or make what the rows name."""

    @abstractmethod
    def columns(self, row: Row) -> dict[str, Any]:
        """What is written of the row, by column. The same columns for each row of a run; asks no database."""

    def written(self, new: Sequence[Row], changed: Sequence[Row]) -> None:  # noqa: B027 - a hook that most kinds leave empty
        """Whatever follows from rows that have been written, in the same transaction."""

    # What several kinds need.

    def has(self, field: str) -> bool:
        """Whether a column goes to the field."""
        return field in self.survey.mapping.values()

    def given(self, row: Row, names: Mapping[str, str], blank: Any = "") -> dict[str, Any]:
        """{column: value} of those fields that the file has; `blank` where the cell is empty."""
        values = row.values
        return {
            column: blank if values.get(field) is None else values[field]
            for field, column in names.items()
            if self.has(field)
        }

    def money(self, row: Row, field: str, day: date | None) -> tuple[Decimal | None, str, Decimal | None]:
        """Amount, currency and value in the client's currency. Raises RefusedError: there is no rate."""
        money: Money | None = row.values.get(field)
        if money is None:
            return None, "", None
        exchange, today = self.context.exchange, self.context.today
        currency = exchange.currency_of(money, row.values.get("currency"))
        return money.amount, currency, exchange.value(money.amount, currency, day, today)

    def word(self, row: Row, field: str, otherwise: str) -> str:
        """The known word of the row, or `otherwise` and a note that says which one was not."""
        value = row.values.get(field)
        if isinstance(value, Unsaid):
            self.context.notes.count(
                _("“%(word)s” is no %(field)s that is known here; it was taken as %(taken)s (rows: %%(rows)d).")
                % {"word": value.text[:60].replace("%", "%%"), "field": field, "taken": otherwise or _("unsaid")}
            )
            return otherwise
        return value or otherwise

    def who(self, row: Row) -> Who:
        """The customer of the row."""
        values = row.values
        name, email = name_and_email(values.get("customer_name") or "")
        return Who(
            external_id=values.get("customer_id") or "",
            email=values.get("customer_email") or email,
            phone=values.get("customer_phone") or "",
            name=name,
            company=values.get("company") or "",
        )

    def link_agents(self, rows: Sequence[Row], field: str = "owner") -> None:
        """Find or make the agents whom the field names; then `agent` knows them."""
        for named in {row.values.get(field) for row in rows}:
            if named:
                self.agents.find_or_make(named)

    def agent(self, row: Row, field: str = "owner") -> Any:
        named = row.values.get(field)
        return self.agents.find(named) if named else None

    def linked(self, row: Row, field: str) -> Any:
        """The deal or lead that the row names by its id; None and a note where it is not here."""
        named = row.values.get(field)
        found = (self.deals if field == "deal" else self.leads).get(named)
        if named and found is None:
            self.context.notes.count(not_here(field))
        return found

    def link_customers(self, rows: Sequence[Row]) -> None:
        """Give each row its "customer"; rows that say the same of theirs are looked at once."""
        found = self._customer_of
        if len(found) > REMEMBERED:
            found.clear()
        said = [tuple(map(row.values.get, _WHO)) for row in rows]
        people = {words: self.who(row) for words, row in zip(said, rows, strict=True) if words not in found}
        self.customers.resolve(people.values())
        found.update((words, self.customers.get(who)) for words, who in people.items())
        for row, words in zip(rows, said, strict=True):
            row.values["customer"] = found[words]

    def link_people(self, rows: Sequence[Row]) -> None:
        self.companies.resolve(row.values.get("company") for row in rows)
        self.link_customers(rows)


def check_order(first: date | None, last: date | None, sentence: str) -> None:
    """Raises RefusedError: `last` is before `first`."""
    if first is not None and last is not None and last < first:
        raise RefusedError(sentence)
