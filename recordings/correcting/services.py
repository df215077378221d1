"""Correcting what a machine heard: the words and the speaker of a line, and saying that a whole call was proof-read."""

import hashlib

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from recordings.golden.services import drop_golden, keep_golden
from recordings.language.personal_data.masks import add_marks, mask_segments
from recordings.models import GoldenSource, SalesCall, SpeakerRole, Transcript, Utterance, UtteranceCorrection
from recordings.pipeline.corrections import covers_exactly, note_hearings, speaker_for
from recordings.privacy.derived_texts import Change, mask_derived
from recordings.privacy.masking_rules import rules_of
from recordings.privacy.spoken import mask_speech, pieces_of_utterances
from recordings.services import reread_later
from recordings.speech.retiming import retime, words_between
from salesiq.audit.services import record_event
from salesiq.people.models import User

LONGEST_LINE = 5_000


def utterance_version(row: Utterance) -> str:
    """What a line says and where, as a short code: it differs as soon as somebody has changed the line."""
    content = f"{row.position}|{row.start}|{row.end}|{row.role}|{row.text}"
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def correct_utterance(
    *,
    call: SalesCall,
    position: int,
    text: str | None = None,
    role: str | None = None,
    actor: User,
    version: str | None = None,
) -> Utterance:
    """Put right what is said in a line, or by whom; None leaves it as it is. An empty text: nobody said anything.

    The machine's words are kept beside it (`UtteranceCorrection`) and come back with `undo_correction`. What the
    client's policy masks is masked in the new text as well. Findings and scores follow some seconds later, without
    listening again; see `reread_later`. A change that changes nothing is none. `version` is `utterance_version` of the
    line as the editor saw it; None corrects it whatever it says by now.

    Raises:
        ValidationError: `gone` (no such line, or its words were removed), `changed` (somebody else was quicker),
            `role`, `too_long`.
    """
    with transaction.atomic():
        call = _locked(call)
        row = _line(call, position, version)
        text, role = _checked(row, text, role)
        if (text, role) == (row.text, row.role):
            return row
        correction = _correction_of(row) or _begin(row)
        before = row.role
        row.speaker = speaker_for(role, list(call.utterances.all()), row) if role != before else row.speaker
        row.role = role
        if text != row.text:
            row.words = retime(row.words, text, start=row.start, end=row.end)
            row.text = text
        _mask(call, row)
        row.save(update_fields=["text", "words", "role", "speaker"])
        _keep(correction, row, actor)
        details = {"position": position, "words": len(row.text.split()), "role_before": before, "role": role}
        record_event(action="transcript_corrected", target=call, actor=actor, details=details)
        reread_later(call=call, actor=actor)
    return row


def undo_correction(*, call: SalesCall, position: int, actor: User, version: str | None = None) -> Utterance:
    """Give a corrected line the machine's words and speaker back.

    Raises:
        ValidationError: `gone`, `changed` (see `correct_utterance`), or `not_corrected`.
    """
    with transaction.atomic():
        call = _locked(call)
        row = _line(call, position, version)
        correction = _correction_of(row)
        if correction is None or correction.is_found_right:
            raise ValidationError(_("This line was not corrected: it has the machine's words."), code="not_corrected")
        segments = Transcript.objects.get(call=call).segments
        heard = words_between(segments, row.start, row.end, row.channel or 0)
        row.text, row.role = correction.machine_text, correction.machine_role
        row.speaker = correction.machine_speaker or row.speaker
        row.words = retime(heard, row.text, start=row.start, end=row.end)
        _mask(call, row)
        row.save(update_fields=["text", "words", "role", "speaker"])
        correction.delete()
        for question in ("transcript", "speaker"):
            drop_golden(call=call, source=GoldenSource.CORRECTION, question=question, place=row.start)
        # What was found right as a whole is not any more: nobody vouches for this line.
        Transcript.objects.filter(call=call).update(checked_at=None, checked_by=None)
        record_event(action="correction_undone", target=call, actor=actor, details={"position": position})
        reread_later(call=call, actor=actor)
    return row


def check_transcript(*, call: SalesCall, actor: User, checked: bool = True) -> Transcript:
    """Say that all of a call's transcript was proof-read, or take that back.

    Every line that nobody corrected is kept as found right, so that the call measures how well it was heard as a whole
    and another recogniser's transcript of it later. Taken back, those lines are forgotten again.

    Raises:
        ValidationError: `gone`, the call has no words.
    """
    with transaction.atomic():
        call = _locked(call)
        transcript = Transcript.objects.filter(call=call).first()
        rows = list(call.utterances.all())
        if transcript is None or not rows:
            raise ValidationError(_("This call has no transcript."), code="gone")
        if checked:
            known = {(each.start, each.end, each.channel) for each in call.corrections.all()}
            found_right = [_begin(row, actor) for row in rows if (row.start, row.end, row.channel or 0) not in known]
            note_hearings(UtteranceCorrection.objects.bulk_create(found_right, batch_size=500))
        else:
            same = {"machine_text": F("text"), "machine_role": F("role")}
            call.corrections.filter(**same).delete()
        transcript.checked_at, transcript.checked_by = (timezone.now(), actor) if checked else (None, None)
        transcript.save(update_fields=["checked_at", "checked_by", "updated_at"])
        action = "transcript_checked" if checked else "transcript_unchecked"
        record_event(action=action, target=call, actor=actor, details={"lines": len(rows)})
    return transcript


def _locked(call: SalesCall) -> SalesCall:
    found = SalesCall.objects.select_for_update(of=("self",)).select_related("client", "agent", "customer")
    locked = found.filter(pk=call.pk).first()
    if locked is None or locked.anonymised_at is not None or locked.is_held_back:
        raise ValidationError(_("The words of this call were removed; there is nothing to correct."), code="gone")
    return locked


def _line(call: SalesCall, position: int, version: str | None) -> Utterance:
    row = call.utterances.filter(position=position).first()
    if row is None:
        raise ValidationError(_("This line is not there any more. Load the page again."), code="gone")
    if version is not None and version != utterance_version(row):
        raise ValidationError(
            _("Somebody else has changed this line since you opened it. Load the page again and look at it anew."),
            code="changed",
        )
    return row


def _checked(row: Utterance, text: str | None, role: str | None) -> tuple[str, str]:
    text = row.text if text is None else " ".join(text.split())
    role = row.role if role is None else role
    if role not in SpeakerRole.values:
        raise ValidationError(_("“%(role)s” is no speaker of a call.") % {"role": role}, code="role")
    if len(text) > LONGEST_LINE:
        told = _("This line is too long: %(most)d characters at the most.") % {"most": LONGEST_LINE}
        raise ValidationError(told, code="too_long")
    return text, role


def _correction_of(row: Utterance) -> UtteranceCorrection | None:
    near = UtteranceCorrection.objects.filter(call_id=row.call_id, channel=row.channel or 0)
    return next(
        (each for each in near.filter(start__lte=row.end, end__gte=row.start) if covers_exactly(row, each)), None
    )


def _begin(row: Utterance, actor: User | None = None) -> UtteranceCorrection:
    """A correction of `row`, unsaved, that still says what the machine said."""
    call = row.call
    return UtteranceCorrection(
        client_id=call.client_id,
        call=call,
        start=row.start,
        end=row.end,
        channel=row.channel or 0,
        machine_text=row.text,
        machine_role=row.role,
        machine_speaker=row.speaker,
        text=row.text,
        role=row.role,
        model_name=call.transcript.model_name,
        corrected_by=actor,
    )


def _mask(call: SalesCall, row: Utterance) -> None:
    """Mask in the whole call what the new words of `row` give away; other lines may show it only beside them."""
    rules = rules_of(call)
    rows = [row if each.pk == row.pk else each for each in call.utterances.all()]
    before = pieces_of_utterances(rows)
    pieces, marks = mask_speech(before, call=call, language=call.language, rules=rules)
    changed, changes = [], []
    for each, old, new in zip(rows, before, pieces, strict=True):
        if new != old:
            changes.append(Change(each.position, old.text, new.text))
            each.text, each.words = new.text, new.words
            changed.append(each)
    if not changed:
        return
    Utterance.objects.bulk_update(changed, ["text", "words"])
    transcript = Transcript.objects.get(call=call)
    transcript.segments = mask_segments(transcript.segments, marks)
    transcript.redactions = add_marks(transcript.redactions, marks)
    transcript.save(update_fields=["segments", "redactions", "updated_at"])
    mask_derived(call, changes)


def _keep(correction: UtteranceCorrection, row: Utterance, actor: User) -> None:
    """The correction with its measure, and both as a case to test recognisers on."""
    correction.text, correction.role, correction.corrected_by = row.text, row.role, actor
    correction.save()
    correction.hearings.exclude(model_name=correction.model_name).delete()  # measured by other words
    note_hearings([correction])
    sides = {
        "transcript": (correction.machine_text, correction.text),
        "speaker": (correction.machine_role, correction.role),
    }
    call, source, versions = row.call, GoldenSource.CORRECTION, {"speech_model": correction.model_name}
    for question, (machine, people) in sides.items():
        if machine == people:
            drop_golden(call=call, source=source, question=question, place=row.start)
        else:
            keep_golden(
                call=call, source=source, question=question, place=row.start, answer=people, machine_answer=machine,
                versions=versions,
            )  # fmt: skip
