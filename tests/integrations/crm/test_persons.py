"""A person's requests reach the CRM: it is told what is kept, and forgets them while everything goes on counting."""

import json
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.db.models import Count, Sum
from django.utils import timezone

from integrations.crm.import_files import expire_import_files
from integrations.crm.models import Activity, Company, Contact, CustomField, Deal, ImportRun, Lead, Purchase, Task
from recordings.privacy.erasure import plan_erasure, request_erasure
from recordings.privacy.persons import PersonQuery, find_person
from tests.factories import make_agent, make_client, make_customer
from tests.integrations.crm.factories import DAY, make_company, make_deal, make_lead, make_product, make_run
from tests.recordings.privacy.test_erasure import carry_out
from tests.recordings.privacy.test_portability import make_export, opened

ZORA = PersonQuery(email="zora@example.com")
NAMED = (Lead, Deal, Activity, Task, Purchase)


@pytest.fixture
def tenant(db):
    return make_client()


@pytest.fixture
def zora(tenant):
    return make_customer(client=tenant, name="Zora Quillfeather", email="zora@example.com", phone="+34 612 345 678")


@pytest.fixture
def deal(tenant, zora):
    """Zora's deal, and one row about her of every other kind."""
    agent = make_agent(client=tenant)
    for key, kind in (("size", "choice"), ("likes", "text"), ("seats", "number")):
        CustomField.objects.create(client=tenant, kind="deals", key=key, label=key.capitalize(), type=kind)
    custom = {"size": "XL", "likes": "tea with Zora", "seats": 4, "gone": "a field that was deleted"}
    deal = make_deal(tenant, name="Roof of Zora Quillfeather", customer=zora, owner=agent, custom=custom)
    Contact.objects.create(client=tenant, customer=zora, job_title="Head of tea")
    make_lead(tenant, customer=zora, owner=agent, source="Web")
    Activity.objects.create(
        client=tenant, customer=zora, owner=agent, type="email", subject="To Zora", happened_at=timezone.now()
    )
    Task.objects.create(client=tenant, customer=zora, owner=agent, subject="Ring Zora", created_on=DAY)
    Purchase.objects.create(client=tenant, customer=zora, product=make_product(tenant), bought_on=DAY, value=70)
    return deal


def figures() -> dict[str, object]:
    """What pages count."""
    return {
        **{model.__name__: model.objects.count() for model in NAMED},
        "deals": list(Deal.objects.values("status", "owner", "created_on").annotate(n=Count("pk"), v=Sum("value"))),
        "leads": list(Lead.objects.values("source", "status", "owner").annotate(n=Count("pk"))),
        "work": list(Activity.objects.values("type", "owner").annotate(n=Count("pk"))),
        "bought": list(Purchase.objects.values("product").annotate(n=Count("pk"), v=Sum("value"))),
    }


def erase(tenant):
    return carry_out(request_erasure(client=tenant, query=ZORA, actor=None))


def test_the_person_is_gone_and_every_row_still_counts(tenant, zora, deal):
    before = figures()
    receipt = erase(tenant).receipt
    assert figures() == before
    assert not Contact.objects.exists()
    for model in NAMED:
        row = model.objects.get()
        assert row.customer_id is None
        assert "zora" not in json.dumps(model.objects.values().get(), default=str).lower()
    deal.refresh_from_db()
    assert deal.custom == {"size": "XL", "seats": 4}
    assert {"crm.deal", "crm.lead", "crm.activity", "crm.task", "crm.purchase"} <= set(receipt["removed"]["rows"])


def test_the_plan_tells_of_the_crm_and_changes_with_it(tenant, zora, deal):
    plan = plan_erasure(find_person(client=tenant, **ZORA.as_json()))
    assert plan.goes["crm"] == 6
    make_lead(tenant, customer=zora)
    assert plan_erasure(find_person(client=tenant, **ZORA.as_json())).digest != plan.digest


def test_others_rows_lose_the_name_and_nothing_else(tenant, zora):
    other = make_deal(tenant, name="Sent by Zora Quillfeather", lost_reason="Prefers zora@example.com",
                      custom={"likes": "Zora Quillfeather", "tea": "green"})  # fmt: skip
    company = make_company(tenant, name="Zora Quillfeather Ltd")
    erase(tenant)
    other.refresh_from_db()
    assert other.name == f"Sent by •••• {'•' * 12}"
    assert "zora" not in other.lost_reason and other.custom["tea"] == "green"
    assert "Zora" not in other.custom["likes"]
    company.refresh_from_db()
    assert (company.name, company.match_key) == (f"•••• {'•' * 12} Ltd", "ltd")


def test_another_client_of_the_same_installation_keeps_its_rows(tenant, zora, deal):
    abroad = make_client()
    theirs = make_deal(
        abroad, name="Zora Quillfeather", customer=make_customer(client=abroad, email="zora@example.com")
    )
    erase(tenant)
    theirs.refresh_from_db()
    assert theirs.name == "Zora Quillfeather" and theirs.customer is not None


def test_files_of_imports_that_name_the_person_go_and_others_stay(tenant, zora):
    named = make_run(tenant, rejected=b"name,reason\n" + b"x," * 600_000 + b"zora@example.com,no date\n")
    other = make_run(tenant, rejected=b"name,reason\nBruno,no date\n")
    left = make_run(tenant)
    left.file.save(f"{left.pk}/file", ContentFile(b"anything"))
    stored = named.rejected_file.storage, named.rejected_file.name
    erase(tenant)
    assert not stored[0].exists(stored[1])
    assert [bool(ImportRun.objects.get(pk=run.pk).rejected_file) for run in (named, other)] == [False, True]
    assert not ImportRun.objects.get(pk=left.pk).file


def test_an_import_forgets_names_in_its_reasons_and_file_name(tenant, zora):
    run = make_run(tenant, file_name="Zora Quillfeather.csv", reasons={"“zora@example.com” is no date": 1})
    erase(tenant)
    run.refresh_from_db()
    assert "Zora" not in run.file_name and "zora" not in json.dumps(run.reasons)


def test_the_archive_holds_what_the_crm_knows(tenant, zora, deal):
    told = json.loads(opened(make_export(tenant)).read("crm.json"))
    assert set(told) == {"contacts", "leads", "deals", "activities", "tasks", "purchases"}
    assert told["deals"][0]["name"] == "Roof of Zora Quillfeather"
    assert told["deals"][0]["other"]["Likes"] == "tea with Zora"


def test_the_archive_has_no_file_of_the_crm_for_whom_it_does_not_know(tenant, zora):
    assert "crm.json" not in opened(make_export(tenant)).namelist()


def test_files_of_imports_go_after_their_days(tenant, settings, django_capture_on_commit_callbacks):
    old, young = make_run(tenant, rejected=b"a"), make_run(tenant, rejected=b"b")
    ImportRun.objects.filter(pk=old.pk).update(
        finished_at=timezone.now() - timedelta(days=settings.IMPORT_FILE_DAYS, hours=1)
    )
    with django_capture_on_commit_callbacks(execute=True):
        assert expire_import_files() == 1
    assert not old.rejected_file.storage.exists(old.rejected_file.name)
    assert young.rejected_file.storage.exists(young.rejected_file.name)
    assert ImportRun.objects.filter(rejected_file="").get() == old


def test_a_company_that_is_not_the_person_is_left_alone(tenant, zora):
    company = make_company(tenant, name="Quillfeather Pens")
    erase(tenant)
    assert Company.objects.get().name == company.name
