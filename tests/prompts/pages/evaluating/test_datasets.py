"""Data sets and their cases are written, changed and imported without code."""

import pytest
from django.urls import reverse

from prompts.models import Dataset, DatasetCase
from salesiq.people.roles import Role
from tests.factories import make_user
from tests.prompts.evaluation_factories import make_case, make_dataset
from tests.prompts.factories import make_prompt

MOST_QUERIES = 12


@pytest.fixture
def dataset(tenant) -> Dataset:
    return make_dataset(client=tenant, prompt=make_prompt(client=tenant))


def posted(**values):
    """A case as the form posts it; `assertions` are rows of fields."""
    rows = values.pop("assertions", [])
    variables = values.pop("variables", {})
    data = {"split": "development", "is_active": "on", **values}
    data["assertion-order"] = " ".join(str(n) for n in range(len(rows)))
    data["variable-order"] = " ".join(str(n) for n in range(len(variables)))
    for n, row in enumerate(rows):
        data |= {f"a{n}-{name}": value for name, value in row.items()}
    for n, (name, value) in enumerate(variables.items()):
        data |= {f"v{n}-name": name, f"v{n}-value": value}
    return data


def test_a_data_set_is_made_and_a_taken_name_is_told(browser, tenant):
    answer = browser.post(reverse("prompt-datasets"), {"name": "hard-calls", "description": "The hard ones"})
    made = Dataset.objects.get()
    assert answer["Location"] == reverse("prompt-dataset", args=[made.pk])
    again = browser.post(reverse("prompt-datasets"), {"name": "hard-calls"})
    assert again.status_code == 400 and Dataset.objects.count() == 1


def test_a_case_is_written_with_assertions_of_several_kinds_and_read_back_the_same(browser, dataset):
    rows = [
        {"kind": "contains", "value": "Tuesday\nprice list", "any": "1"},
        {"kind": "length", "max": "120", "unit": "words"},
        {"kind": "json_path", "path": "$.score", "min": "1,5", "weight": "2"},
        {"kind": "json_path", "path": "$.open", "value": "true"},
        {"kind": "json_path", "path": "$.code", "value": '"42"'},
        {"kind": ""},
    ]
    variables = {"language": "Spanish", "call.transcript": "Agent: Hello.\r\nCustomer: Hello."}
    data = posted(name="Hola", expected='{"score": 3}', assertions=rows, variables=variables)
    answer = browser.post(reverse("prompt-case-new", args=[dataset.pk]), data)
    assert answer["Location"] == reverse("prompt-dataset", args=[dataset.pk])
    case = DatasetCase.objects.get()
    assert case.expected == {"score": 3}
    assert case.variables == {"language": "Spanish", "call.transcript": "Agent: Hello.\nCustomer: Hello."}
    assert case.assertions == [
        {"kind": "contains", "value": ["Tuesday", "price list"], "any": True},
        {"kind": "length", "max": 120},
        {"kind": "json_path", "path": "$.score", "min": 1.5, "weight": 2},
        {"kind": "json_path", "path": "$.open", "value": True},
        {"kind": "json_path", "path": "$.code", "value": "42"},
    ]
    page = browser.get(reverse("prompt-case", args=[case.pk])).content.decode()
    assert "&quot;42&quot;" in page and "price list" in page


def test_what_is_wrong_stands_at_its_place_and_nothing_is_lost(browser, dataset):
    dataset.prompt.versions.all()
    rows = [{"kind": "regex", "value": "(broken"}, {"kind": "length", "min": "5", "max": "x"}]
    answer = browser.post(reverse("prompt-case-new", args=[dataset.pk]), posted(name="Keep me", assertions=rows))
    page = answer.content.decode()
    assert answer.status_code == 400 and not DatasetCase.objects.exists()
    assert "pattern cannot be read" in page and "must be a number" in page and "Keep me" in page and "(broken" in page


def test_who_may_not_manage_prompts_reads_cases_and_changes_none(client, tenant, dataset):
    case = make_case(dataset=dataset)
    client.force_login(make_user(role=Role.REVIEWER, client=tenant))
    assert "disabled" in client.get(reverse("prompt-case", args=[case.pk])).content.decode()
    assert client.post(reverse("prompt-case", args=[case.pk]), posted(name="Mine")).status_code == 403
    assert client.post(reverse("prompt-datasets"), {"name": "mine"}).status_code == 403


def test_a_case_is_switched_off_and_deleted(browser, dataset):
    case = make_case(dataset=dataset)
    data = posted(name="Off", assertions=[{"kind": "contains", "value": "price"}])
    del data["is_active"]
    browser.post(reverse("prompt-case", args=[case.pk]), data)
    case.refresh_from_db()
    assert (case.name, case.is_active) == ("Off", False)
    browser.post(reverse("prompt-case-delete", args=[case.pk]))
    assert not DatasetCase.objects.exists()


def test_a_csv_is_looked_at_first_and_added_whole(browser, dataset):
    address = reverse("prompt-dataset-csv", args=[dataset.pk])
    lines = "name,language,contains,expected\nFirst,English,price,\nSecond,Spanish,precio,Sí\n"
    page = browser.post(address, {"text": lines}).content.decode()
    assert "2 cases, and nothing is wrong with them" in page and "Contains: “precio”" in page
    assert not DatasetCase.objects.exists()
    browser.post(address, {"text": lines, "add": "1"})
    assert list(DatasetCase.objects.values_list("name", "expected")) == [("First", None), ("Second", "Sí")]


def test_each_wrong_line_of_a_csv_is_told_and_none_is_added(browser, dataset):
    address = reverse("prompt-dataset-csv", args=[dataset.pk])
    lines = "name,regex,split\nFine,\\d+,\nBroken,(,\nOdd,x,elsewhere\n"
    answer = browser.post(address, {"text": lines, "add": "1"})
    page = answer.content.decode()
    assert answer.status_code == 400 and not DatasetCase.objects.exists()
    assert ">3<" in page and ">4<" in page and "pattern cannot be read" in page and "held_out" in page
    assert browser.post(address, {"text": " "}).status_code == 400


def test_a_share_is_held_out(browser, tenant):
    dataset = make_dataset(client=tenant, cases=10)
    browser.post(reverse("prompt-dataset-split", args=[dataset.pk]), {"percent": "30"})
    assert dataset.cases.filter(split="held_out").count() == 3
    browser.post(reverse("prompt-dataset-split", args=[dataset.pk]), {"percent": "many"})
    assert dataset.cases.filter(split="held_out").count() == 3


def test_lists_take_the_same_queries_for_many_rows(browser, tenant, django_assert_max_num_queries):
    datasets = [make_dataset(client=tenant, cases=3) for _ in range(4)]
    for _n in range(70):
        make_case(dataset=datasets[0])
    with django_assert_max_num_queries(MOST_QUERIES):
        assert "73" in browser.get(reverse("prompt-datasets")).content.decode()
    with django_assert_max_num_queries(MOST_QUERIES):
        page = browser.get(reverse("prompt-dataset", args=[datasets[0].pk])).content.decode()
    assert "Page 1 of 2" in page
    found = browser.get(reverse("prompt-dataset", args=[datasets[0].pk]) + "?q=Caller 71").content.decode()
    assert "Caller 71" in found and "Caller 12" not in found
