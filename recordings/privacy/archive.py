"""What goes into the archive of one person's data: each file of it with a sentence on what it is."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.db.models.fields.files import FieldFile
from django.utils import timezone

from prompts.forgetting import document_of
from recordings.document import analysis_document
from recordings.models import Moment, SalesCall, Utterance
from recordings.privacy.call_keepers import documents_elsewhere
from recordings.privacy.identity import MASK, Identity
from recordings.privacy.keepers import all_keepers
from recordings.privacy.mentions import Mention
from recordings.privacy.persons import PersonRecords
from recordings.privacy.review_texts import corrections_document, reviews_document
from recordings.privacy.transparency import processing_document
from recordings.privacy.zip_stream import READ_AT_ONCE, Member, Written
from recordings.selectors import whole_calls
from salesiq.audit.models import AuditEvent
from salesiq.people.models import Customer
from salesiq.vault.streaming import SealedFileError

SCHEMA, EXCERPT = 1, 160
_CONTACT = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?<!\w)\+?\(?\d(?:[\s().\-/]{0,2}\d){5,}")
COLUMNS = (
    "id", "started_at", "call_duration", "call_type", "language", "region", "source", "title", "notes", "outcome",
    "outcome_origin", "quality_score", "conversion_probability", "status",
)  # fmt: skip

README = """Your data
=========

This archive holds everything that {client} keeps about you in its sales-call system, as of {made}.

{files}

What the files hold that is not yours
-------------------------------------
Your calls are conversations: what the company's own people said to you is part of them, and their names stand where
they were said. Where somebody else's call or note names you, only the sentence with your name is given, with the
contact details of others hidden. Payment data and other secrets are hidden as they are in the system itself.

How to read it
--------------
*.json and *.csv are UTF-8 text that any spreadsheet or editor opens. *.mp3 plays anywhere. manifest.json lists each
file with its size and SHA-256, so that you can tell that nothing is missing or changed. Times are UTC.

Your rights
-----------
processing.json says why the data is kept, for how long, who sees it and how scores are made. You may have it
corrected or erased, object to its use, have a score looked at by a person, and complain to your data protection
authority.
"""


@dataclass
class Archive:
    """The files of one person's archive, made one after the other. `progress` is told how many calls are done."""

    records: PersonRecords
    progress: Callable[[float], None]

    def __post_init__(self) -> None:
        self.written: list[Written] = []
        self.counts = self.records.counts
        self.made_at = timezone.now()

    def members(self) -> Iterator[Member]:
        """Every file in its order; the manifest, which tells of the others, and the README come last."""
        records = self.records
        yield _json("person.json", [customer_document(each) for each in records.customers], "What is known about you.")
        yield Member("calls.csv", self._calls_csv(), "Your calls as a table, one a line.")
        for done, call in enumerate(self._calls()):
            self.progress(done / max(1, len(records.calls)))
            yield from self._call_members(call)
        yield from self._kept_elsewhere()
        yield _json("mentions.json", list(self._mentions()), "Where others name you: the sentence, and when it was.")
        yield _json("access.json", list(_looks_at(records)), "When your calls were opened, heard or downloaded.")
        yield _json(
            "processing.json",
            processing_document(records.client),
            "Why your data is kept, for how long, who sees it, which models judge it and how.",
        )
        yield Member("README.txt", [self._readme().encode()], "This text.")
        yield _json("manifest.json", self._manifest(), "Every file with its size and SHA-256.")

    def _calls(self) -> Iterator[SalesCall]:
        """One call at a time: the largest one is what the memory must hold."""
        for pk in self.records.calls:
            call = whole_calls(SalesCall.objects.with_people().select_related("recording")).filter(pk=pk).first()
            if call is not None:
                yield call

    def _calls_csv(self) -> Iterator[bytes]:
        yield _csv_line(COLUMNS)
        rows = SalesCall.objects.filter(pk__in=self.records.calls).order_by("started_at", "pk")
        for values in rows.values_list(*COLUMNS).iterator(chunk_size=500):
            yield _csv_line(values)

    def _call_members(self, call: SalesCall) -> Iterator[Member]:
        when = f"Your call of {call.started_at:%Y-%m-%d %H:%M} UTC"
        yield _json(f"calls/{call.pk}.json", call_document(call), f"{when}: all that was noted and found.")
        if call.is_redacted and call.utterances.all():
            text = "".join(_spoken(line) for line in call.utterances.all())
            yield Member(f"calls/{call.pk}.txt", [text.encode()], f"{when}: what was said, with times.")
        recording = getattr(call, "recording", None)
        if call.is_redacted and recording is not None and recording.playback and _is_there(recording.playback):
            sound = Member(f"calls/{call.pk}.mp3", _read(recording.playback), f"{when}: its sound.", squeeze=False)
            yield sound

    def _kept_elsewhere(self) -> Iterator[Member]:
        """What rooms above keep, one file each where there is anything."""
        customers = [each.pk for each in self.records.customers]
        for keeper in all_keepers():
            document = keeper.document(client=self.records.client, customers=customers)
            if document:
                yield _json(f"{keeper.key}.json", document, keeper.about)

    def _mentions(self) -> Iterator[dict[str, Any]]:
        for mention in self.records.mentions:
            yield from excerpts(mention, self.records.identity)

    def _readme(self) -> str:
        files = "\n".join(f"{each.name}\n    {each.about}" for each in self.written)
        others = "README.txt\n    This text.\nmanifest.json\n    Every file with its size and SHA-256."
        made = f"{self.made_at:%Y-%m-%d %H:%M} UTC"
        return README.format(client=self.records.client.name, made=made, files=f"{files}\n{others}")

    def _manifest(self) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "kind": "salesiq export of a person's data",
            "made_at": self.made_at.isoformat(timespec="seconds"),
            "client": self.records.client.name,
            "counts": self.counts,
            "files": [
                {"path": each.name, "bytes": each.size, "sha256": each.sha256, "about": each.about}
                for each in self.written
            ],
        }


def customer_document(customer: Customer) -> dict[str, Any]:
    consents: Any = getattr(customer, "consent_records", None)
    return {
        "id": str(customer.pk),
        "name": customer.name,
        "company": customer.company,
        "phone": customer.phone,
        "email": customer.email,
        "region": customer.region,
        "id_in_other_systems": customer.external_id,
        "known_since": customer.created_at.isoformat(),
        "consent": [_consent(record) for record in consents.all()] if consents is not None else [],
    }


def call_document(call: SalesCall) -> dict[str, Any]:
    """A call as its data subject gets it: what is known and found, and by which reasons it was scored."""
    consents: Any = getattr(call, "consent_records", None)
    known = {name: getattr(call, name) for name in COLUMNS if name not in ("id", "status")}
    found = analysis_document(call) if call.is_redacted else {"status": call.status}
    return {
        "id": str(call.pk),
        **known,
        "agent": call.agent.name if call.agent else None,
        "automated_scoring": {
            "quality_score": call.quality_score,
            "made_by": "rules of a scorecard; see processing.json",
            "concerns": "how the company's agent held the call, not you",
        },
        "consent": [_consent(record) for record in consents.all()] if consents is not None else [],
        "moments": [_moment(moment) for moment in call.moments.all()],
        "analysis": found,
        "written_by_language_models": document_of(client=call.client, kind="call", subject_id=call.pk),
        **reviews_document(call),
        **corrections_document(call),
        **documents_elsewhere(call),
    }


def _moment(moment: Moment) -> dict[str, Any]:
    """A stretch of the call that is kept for training, in seconds, and what is said of it."""
    return {
        "from": moment.start,
        "to": moment.end,
        "title": moment.title,
        "note": moment.note,
        "heard_by_colleagues_since": moment.published_at.isoformat() if moment.published_at else None,
    }


def _consent(record: Any) -> dict[str, Any]:
    return {
        "state": record.state,
        "basis": record.basis,
        "evidence": record.evidence,
        "words": record.quote,
        "shown_by": record.reference,
        "since": record.at.isoformat(),
        "until": record.expires_at.isoformat() if record.expires_at else None,
    }


def excerpts(mention: Mention, identity: Identity) -> Iterator[dict[str, Any]]:
    """The sentences of one row that name the person, with everybody else hidden."""
    row = mention.table.model._base_manager.filter(pk=mention.pk).first()
    if row is None:
        return
    call = SalesCall.objects.select_related("customer").filter(pk=mention.call).first() if mention.call else None
    others = _other_party(call)
    for name in mention.fields:
        value = getattr(row, name)
        if not isinstance(value, str):
            continue
        for start, end in identity.spans(value):
            yield {
                "where": f"{mention.table.label}.{name}",
                "day": f"{call.started_at:%Y-%m-%d}" if call else None,
                "text": hide_others(_sentence(value, start, end), identity, others),
            }


def _other_party(call: SalesCall | None) -> Identity:
    if call is None or call.customer is None:
        return Identity()
    customer = call.customer
    return Identity.gather(names=[customer.name], emails=[customer.email], phones=[customer.phone])


def _sentence(text: str, start: int, end: int) -> str:
    """The sentence around characters `start`..`end`, no longer than it must be."""
    before, after = text[:start], text[end:]
    begin = max((before.rfind(mark) + 1 for mark in ".!?\n"), default=0)
    ends = [after.find(mark) for mark in ".!?\n" if after.find(mark) >= 0]
    stop = end + (min(ends) + 1 if ends else len(after))
    return text[max(begin, start - EXCERPT) : min(stop, end + EXCERPT)].strip()


def hide_others(text: str, identity: Identity, others: Identity) -> str:
    """`text` with the other party's name and everybody's contact details hidden, except the person's own."""
    own = identity.spans(text)
    characters = list(text)
    for start, end in [*others.spans(text), *(match.span() for match in _CONTACT.finditer(text))]:
        if any(start < stop and begin < end for begin, stop in own):
            continue
        for index in range(start, end):
            if characters[index].isalnum():
                characters[index] = MASK
    return "".join(characters)


def _looks_at(records: PersonRecords) -> Iterator[dict[str, Any]]:
    """When somebody of the company opened a call. Who it was is their own data; the kinds of people are given."""
    actions = ("viewed", "played", "downloaded")
    events = AuditEvent.objects.filter(
        object_type=SalesCall._meta.label_lower, object_id__in=[str(call) for call in records.calls], action__in=actions
    )
    for event in events.order_by("at").values("at", "action", "object_id").iterator(chunk_size=500):
        yield {"at": event["at"].isoformat(timespec="seconds"), "what": event["action"], "call": event["object_id"]}


def _spoken(line: Utterance) -> str:
    minutes, seconds = divmod(int(line.start), 60)
    return f"[{minutes:02d}:{seconds:02d}] {line.role}: {line.text}\n"


def _json(name: str, value: Any, about: str) -> Member:
    content = json.dumps(value, ensure_ascii=False, indent=1, default=str).encode()
    return Member(name, [content], about)


def _csv_line(values: Iterable[Any]) -> bytes:
    target = io.StringIO()
    csv.writer(target).writerow([_plain_cell(value) for value in values])
    return target.getvalue().encode()


def _plain_cell(value: Any) -> str:
    """A spreadsheet must not take a text for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") and not isinstance(value, int | float) else text


def _is_there(file: FieldFile) -> bool:
    return bool(file.storage.exists(file.name or ""))


def _read(file: FieldFile) -> Iterator[bytes]:
    with suppress(FileNotFoundError, SealedFileError), file.storage.open(file.name or "", "rb") as source:
        while chunk := source.read(READ_AT_ONCE):
            yield chunk
