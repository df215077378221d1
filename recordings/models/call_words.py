"""The words of each call that may be searched, drawn from its utterances, and which calls have to be drawn anew."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from recordings.models.call import SalesCall
from salesiq.people.scoping import Scope, ScopedQuerySet


class LexemesField(models.Field):  # type: ignore[type-arg]
    """What PostgreSQL's index stands on: a list of lexemes as a tsvector. Empty on SQLite, whose index is a table."""

    def db_type(self, connection: Any) -> str:
        return "tsvector" if connection.vendor == "postgresql" else "text"

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return value if connection.vendor == "postgresql" else None

    def get_placeholder(self, value: Any, compiler: Any, connection: Any) -> str:
        return "array_to_tsvector(%s::text[])" if connection.vendor == "postgresql" else "%s"


class PlaceField(models.BigIntegerField):  # type: ignore[type-arg]
    """A key of 64 bits, which on SQLite is the number of the row itself and needs no index of its own."""

    def db_type(self, connection: Any) -> str:
        return "bigint" if connection.vendor == "postgresql" else "integer"


class CallWordsQuerySet(ScopedQuerySet["CallWords"]):
    scope = Scope(client="client", agent="call__agent")


class CallWords(models.Model):
    """One published call as the search knows it; made by `recordings.searching.documents`, removed by triggers.

    `place` orders calls by their time, so that the index itself gives the newest first. The texts hold folded words
    in order, each utterance ended by `_`; the stems are a set. SQLite's full text table takes them from here.
    """

    place = PlaceField(primary_key=True, help_text="Milliseconds of started_at × 2²¹ + bits of the call's id")
    call = models.OneToOneField(SalesCall, on_delete=models.CASCADE, related_name="words_to_search")
    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="+", db_index=False)
    agent = models.TextField()
    customer = models.TextField()
    other = models.TextField()
    agent_stems = models.TextField()
    customer_stems = models.TextField()
    other_stems = models.TextField()
    lexemes = LexemesField(null=True, editable=False)

    objects = CallWordsQuerySet.as_manager()

    class Meta:
        verbose_name = _("words of a call")
        verbose_name_plural = _("words of calls")
        indexes = [models.Index(fields=["client", "-place"], name="call_words_newest")]

    def __str__(self) -> str:
        return str(self.call_id)


class SearchDue(models.Model):
    """A call whose words changed: written by triggers, taken away once it is indexed and its trackers have listened.

    No foreign key: the row may be written while the call is being deleted.
    """

    call_id = models.UUIDField(primary_key=True)
    indexed = models.BooleanField(default=False, help_text="Its words are searchable; trackers still have to listen")

    class Meta:
        verbose_name = _("call to index")
        verbose_name_plural = _("calls to index")

    def __str__(self) -> str:
        return str(self.call_id)
