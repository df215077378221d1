"""A canary person, planted wherever a person can be, and the bytes by which they would be found.

`python -m tests.recordings.privacy.canary plant` fills the installation that the environment names, through real doors
where there are some; it prints the ids of what it made.
"""

import base64
import json
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

NAME, EMAIL, PHONE = "Zéphyrine Quillfeather", "zephyrine.quill@canary.example", "+34 612 998 877"
SPOKEN = "canary-token-7f3b"
# Written as they are here somewhere in the database, and then more spellings that must not appear from anywhere.
PLANTED = (NAME, "Quillfeather", EMAIL, "612 99 88 77", "612-99-88-77", SPOKEN)
SECRETS = (*PLANTED, "zephyrine.quill", PHONE, "612998877", "0034612998877", "kräftige Kanarie")


def forms(secret: str) -> set[bytes]:
    """The ways in which `secret` may lie in a file, in lower case."""
    texts = {secret, json.dumps(secret)[1:-1], quote(secret), quote(secret).replace("%20", "+")}
    found = {text.encode(code).lower() for text in texts for code in ("utf-8", "utf-16-le", "utf-16-be")}
    raw = secret.encode()
    return found | {_base64(raw, shift) for shift in range(3)}


def _base64(raw: bytes, shift: int) -> bytes:
    """The letters of base64 that stand for `raw` alone, when `shift` bytes come before it. Case is meaning here."""
    begin = -(-shift * 8 // 6)
    whole = base64.b64encode(bytes(shift) + raw)
    length = (shift + len(raw)) * 8 // 6
    return b"base64:" + whole[begin:length]


def find_canary(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Each file below `folder` and the form of a secret in it."""
    wanted = set().union(*map(forms, SECRETS))
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        content = path.read_bytes()
        lowered = content.lower()
        for form in wanted:
            plain = form.removeprefix(b"base64:")
            if plain in (content if form != plain else lowered):
                yield str(path.relative_to(folder)), form


def plant() -> dict[str, str]:
    """Needs a configured Django with a migrated database."""
    from django.conf import settings
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.files.base import ContentFile
    from django.test import Client as Browser

    from recordings.models import ConsentRecord, FollowUp, Objection, SalesCall
    from recordings.searching.rebuilding import index_all
    from salesiq.common.models import IdempotentRequest
    from salesiq.jobs.models import Job
    from salesiq.people.models import Customer
    from tests.factories import make_client, make_customer, make_user
    from tests.recordings import factories

    tenant = make_client(slug="canary")
    boss = make_user(client=tenant, username="boss")
    bird = make_customer(client=tenant, name=NAME, email=EMAIL, phone=PHONE, company="kräftige Kanarie")
    twin = make_customer(client=tenant, name=NAME.upper(), email=EMAIL.upper(), phone="0034 612-99-88-77")
    own = factories.make_call(client=tenant, customer=bird, title=f"With {NAME}", notes=f"{EMAIL} likes {SPOKEN}")
    recording = own.recording
    recording.original_name = f"{NAME} {PHONE}.wav"
    sound = b"ID3" + f"{NAME} {SPOKEN}".encode("utf-16-le") + factories.make_sound()
    recording.file.storage.delete(recording.file.name)
    recording.file.save("sound.wav", ContentFile(sound))
    factories.make_utterance(own, 30, "customer", f"My name is {NAME}, mail {EMAIL}, the word is {SPOKEN}")
    transcript = own.transcript
    transcript.segments = [*transcript.segments, {"channel": 0, "start": 0, "end": 1, "text": NAME, "words": []}]
    transcript.save()
    factories.make_objection(own, quote=f"says {SPOKEN}", reason=f"{NAME} was not convinced")
    factories.make_follow_up(own, position=31, text=f"Write to {EMAIL}")
    factories.make_analysis_job(own, status="failed", error=f"{NAME}.wav holds no sound")
    ConsentRecord.objects.create(
        client=tenant,
        call=own,
        state="given",
        basis="consent",
        evidence="spoken",
        quote=f"I, {NAME}, agree",
        at=own.started_at,
    )
    ConsentRecord.objects.create(
        client=tenant, customer=bird, state="given", basis="consent", evidence="written", reference=f"Mail from {EMAIL}"
    )
    second = factories.make_call(client=tenant, customer=twin)
    other = factories.make_call(client=tenant, title="about 612 99 88 77", notes=f"Sent by {NAME}")
    factories.make_utterance(other, 30, "customer", f"Say hello to {NAME}, {EMAIL}")
    FollowUp.objects.filter(call=other).update(text=f"Ask {NAME}")
    Objection.objects.filter(call=other).update(quote=f"{NAME} paid less")
    IdempotentRequest.objects.create(user=boss, key="k", fingerprint="0", status_code=201, body={"customer": NAME})
    IdempotentRequest.objects.create(user=boss, key=f"key of {EMAIL}", fingerprint="0", status_code=201, body={})
    session = SessionStore()
    session["said"] = f"{NAME} was saved"
    session.save()
    scratch = settings.SCRATCH_DIR / f"{own.pk}-killed"
    scratch.mkdir(parents=True)
    (scratch / "sound.raw").write_bytes(sound)
    _plant_in_crm(tenant, bird)
    _plant_in_coaching(own, other)
    index_all()
    _use_doors(Browser(), boss, own, bird)
    # Left-overs in free pages: rows that are gone before anybody asks.
    make_customer(client=tenant, name=f"{NAME} the second", email=EMAIL).delete()
    assert Job.objects.exists() and Customer.objects.count() >= 3 and SalesCall.objects.count() == 3
    return {"own": str(own.pk), "second": str(second.pk), "other": str(other.pk), "email": EMAIL}


def _plant_in_reviews(tenant, *calls) -> None:
    """The canary in what reviewers and agents wrote about the calls."""
    from recordings.models import Appeal, CallComment, Review, ReviewAnswer
    from tests.recordings.factories import make_scorecard

    for call in calls:
        card = make_scorecard(client=tenant)
        review = Review.objects.create(
            client=tenant, call=call, scorecard=card, status="submitted", summary=f"{NAME} was put off"
        )
        ReviewAnswer.objects.create(review=review, key="needs", value="no", comment=f"{NAME} says {SPOKEN}")
        Appeal.objects.create(review=review, key="needs", reason=f"But {NAME} agreed", decision=f"Wrote to {EMAIL}")
        CallComment.objects.create(client=tenant, call=call, text=f"Ring {PHONE} again")


def _plant_in_coaching(own, other) -> None:
    """The canary in moments of own and others' calls, in a coach's points and notes, and in a goal."""
    from django.utils import timezone

    from recordings.models import CoachingGoal, CoachingPoint, CoachingSession, Moment

    _plant_in_corrections(own)
    _plant_in_prompts(own, other)
    for call in (own, other):
        rest = {"client": call.client, "call": call, "start": 1.0, "end": 2.0}
        Moment.objects.create(title=f"How {NAME} agreed", note=f"{NAME} says {EMAIL}", skill="objections", **rest)
        about = {"client": call.client, "agent": call.agent}
        session = CoachingSession.objects.create(
            title=f"About {NAME}", takes_place_at=timezone.now(), notes=f"We heard {NAME}", private_notes=EMAIL, **about
        )
        CoachingPoint.objects.create(session=session, text=f"Listen to {NAME}", call=call, at=1.0)
        CoachingGoal.objects.create(title=f"Win {NAME}", measure="score", starts_on="2026-01-05", **about)


def _plant_in_corrections(own) -> None:
    from recordings.models import AgreedAnswer, CalibrationSession, GoldenExample, UtteranceCorrection

    UtteranceCorrection.objects.create(
        client=own.client, call=own, start=120, end=121, machine_text=f"I am {NAME}", machine_role="customer",
        text=f"I am {NAME}, {SPOKEN}", role="customer",
    )  # fmt: skip
    GoldenExample.objects.create(
        client=own.client, call=own, source="correction", question="transcript", place=120, machine_answer=NAME,
        answer=f"{NAME}, {SPOKEN}", reason=f"{NAME} said so",
    )  # fmt: skip
    card = own.scores.first().scorecard
    session = CalibrationSession.objects.create(client=own.client, name="Calibration", scorecard=card)
    AgreedAnswer.objects.create(session=session, call=own, key="greeting", value="1", reason=f"{NAME} is greeted")


def _plant_in_prompts(own, other) -> None:
    """The canary in what models were asked and answered about its call, another's and nobody's, and in a version."""
    from prompts.models import Dataset, DatasetCase, HumanRating, ModelExchange
    from tests.factories import make_user
    from tests.prompts.factories import make_prompt, make_run, make_version

    version = make_version(prompt=make_prompt(client=own.client, messages=()), text=f"As {NAME} said")
    dataset = Dataset.objects.create(client=own.client, name="canary", description=f"About {NAME}")
    rater = make_user(client=own.client)
    for place, call in enumerate((own, other, None)):
        about = {"subject_kind": "call", "subject_id": call.pk} if call else {}
        exchange = ModelExchange.objects.create(
            client=own.client, model_name="m", purpose="trial", status="ok", answer=f"{NAME} ({EMAIL})"
        )
        said = f"{NAME} says {SPOKEN if call == own else EMAIL}"
        run = make_run(
            version=version, answer=said, parsed={"who": NAME}, exchange=exchange, **about,
            variables={"call.transcript": f"I am {NAME}"}, messages=[{"role": "user", "content": f"Ring {PHONE}"}],
        )  # fmt: skip
        HumanRating.objects.create(client=own.client, run=run, person=rater, comment=f"{NAME} was pleased")
        DatasetCase.objects.create(
            client=own.client, dataset=dataset, position=place, name=f"Of {NAME}", expected={"mail": EMAIL}, **about
        )


def _plant_in_crm(tenant, bird) -> None:
    """The canary as contact, lead, customer of a deal, and by name in rows, columns and files of others."""
    from django.utils import timezone

    from integrations.crm.models import Activity, Contact, Purchase, Task
    from tests.integrations.crm.factories import DAY, make_company, make_deal, make_lead, make_run

    notes = {"Notes": f"{NAME} likes {SPOKEN}", EMAIL: "yes"}
    company = make_company(tenant, name=f"{NAME} Ltd", domain=EMAIL)
    Contact.objects.create(client=tenant, customer=bird, company=company, job_title=f"{NAME}'s own", custom=notes)
    make_lead(tenant, customer=bird, external_id=EMAIL, custom=notes, campaign=f"For {NAME}")
    make_deal(tenant, customer=bird, name=f"Roof of {NAME}", lost_reason=f"said {SPOKEN}", custom=notes)
    make_deal(tenant, name=f"Sent by {NAME}", custom={"Phone": PHONE, "Other": "612-99-88-77"})
    work = {"client": tenant, "customer": bird, "custom": notes}
    Activity.objects.create(type="email", subject=f"To {EMAIL}", outcome=SPOKEN, happened_at=timezone.now(), **work)
    Task.objects.create(subject=f"Ring {PHONE}", created_on=DAY, **work)
    Purchase.objects.create(bought_on=DAY, **work)
    rejected = f"name,phone,reason\n{NAME},{PHONE},no date\n".encode()
    make_run(tenant, rejected=rejected, file_name=f"{NAME}.csv", reasons={f"“{EMAIL}” is no date": 1},
             mapping={NAME: ""}, notes=[f"Columns such as {EMAIL}"])  # fmt: skip


def die(after: int) -> dict[str, object]:
    """Begin or go on with the erasure, and be killed by SIGKILL at the statement of this number."""
    from django.db import connection

    left = after

    def count(execute, sql, params, many, context):
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, params, many, context)

    job = _job_of_erasure()
    with connection.execute_wrapper(count):
        return _worked(job)


def _job_of_erasure():
    """The erasure's job, taken back from whoever died with it."""
    from recordings.models import ErasureRequest
    from recordings.privacy.erasure import request_erasure
    from recordings.privacy.persons import PersonQuery
    from salesiq.jobs.models import Job
    from salesiq.jobs.services import reap_jobs
    from salesiq.people.models import Client

    if not ErasureRequest.objects.exists():
        request_erasure(client=Client.objects.get(slug="canary"), query=PersonQuery(email=EMAIL), actor=None)
    job = Job.objects.get(subject=str(ErasureRequest.objects.get().pk))
    Job.objects.filter(pk=job.pk).update(max_attempts=99)
    reap_jobs()
    return job


def _worked(job) -> dict[str, object]:
    from recordings.models import ErasureRequest
    from salesiq.jobs.services import run_job

    ended = run_job(job.pk)
    assert ended is not None
    request = ErasureRequest.objects.get()
    return {"job": ended.status, "attempts": ended.attempts, "request": request.status, "receipt": request.receipt}


def finish(other: str) -> dict[str, object]:
    """Go on to the end, and tell what is found of the canary then, and of the call `other` of somebody else."""
    from recordings.privacy.persons import find_person
    from salesiq.people.models import Client

    done = _worked(_job_of_erasure())
    found = find_person(client=Client.objects.get(slug="canary"), email=EMAIL, phone=PHONE)
    return {**done, "told": found.sentence(), "other": look(other)}


def look(call_id: str) -> dict[str, object]:
    """What is left of a call that is not the canary's."""
    from recordings.models import SalesCall

    call = SalesCall.objects.get(pk=call_id)
    files = call.recording.file.storage.listdir(call.recording.folder)[1]
    lines = call.utterances.order_by("position")
    return {"utterances": lines.count(), "first": lines[0].text, "files": len(files)}


def _use_doors(browser, boss, call, customer) -> None:
    """People look for the canary and change it: requests are logged, the back office keeps its own log, exports are
    made."""
    from recordings.privacy.persons import PersonQuery
    from recordings.privacy.portability import request_export
    from salesiq.jobs.models import Job
    from salesiq.jobs.services import run_job

    browser.force_login(boss)
    assert browser.get("/sales-recording-audit", {"q": NAME}).status_code == 200
    assert browser.get("/api/v1/sales/recordings", {"search": EMAIL}).status_code in (200, 400)
    assert browser.get(f"/sales-recording-audit/{call.pk}").status_code == 200
    change = {"name": NAME, "email": EMAIL, "phone": PHONE, "company": "kräftige Kanarie", "region": "Spain"}
    assert browser.post(f"/admin/people/customer/{customer.pk}/change/", change).status_code == 302
    browser.get(f"/admin/people/customer/?q={NAME}")
    for query in (PersonQuery(email=EMAIL), PersonQuery(customer_id=str(customer.pk))):
        export = request_export(client=call.client, query=query, actor=boss)
        ended = run_job(Job.objects.get(subject=str(export.pk)).pk)
        assert ended is not None and ended.status == "succeeded", ended


if __name__ == "__main__":
    import django

    django.setup()
    commands = {
        "plant": plant,
        "die": lambda: die(int(sys.argv[2])),
        "finish": lambda: finish(sys.argv[2]),
    }
    print(json.dumps(commands[sys.argv[1]]()))  # noqa: T201
