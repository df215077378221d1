from uuid import uuid4

import pytest

from prompts.evaluation.csv_cases import add_cases_from_csv, read_cases
from prompts.evaluation.datasets import CaseDraft, add_case, create_dataset
from prompts.evaluation.errors import InvalidCasesError
from tests.factories import make_client
from tests.prompts.factories import make_prompt, make_version


def errors_of(text, **more):
    with pytest.raises(InvalidCasesError) as raised:
        read_cases(text if isinstance(text, bytes) else text.encode(), **more)
    return raised.value.lines


def test_columns_become_variables_assertions_and_the_right_answer():
    head = "name,customer.name,expected,contains,assertions,split\n"
    text = head + 'Ada,Ada Lovelace,hot,price,"[{""kind"": ""length"", ""max"": 9}]",held_out\n'
    [draft] = read_cases(text.encode())
    assert (draft.name, draft.variables, draft.expected) == ("Ada", {"customer.name": "Ada Lovelace"}, "hot")
    assert list(draft.assertions) == [{"kind": "length", "max": 9}, {"kind": "contains", "value": "price"}]
    assert draft.split == "held_out"


def test_values_are_read_as_the_variables_declare_them():
    types = {"amount": "number", "count": "integer", "won": "boolean", "needs": "list", "label": "text"}
    text = 'amount;count;won;needs;var:label\n1.5;3;TRUE;"[1, 2]";42\n'
    [draft] = read_cases(text.encode(), types=types)
    assert draft.variables == {"amount": 1.5, "count": 3, "won": True, "needs": [1, 2], "label": "42"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
def test_other_encodings_are_read(encoding):
    rows = "".join(f"Клиент спрашивает, сколько стоит доставка в Москву, случай {n}\n" for n in range(20))
    drafts = read_cases(f"question\n{rows}".encode(encoding))
    assert len(drafts) == 20 and drafts[0].variables["question"].startswith("Клиент")


def test_every_wrong_line_is_named_with_what_is_wrong():
    lines = errors_of(
        'amount,assertions,split\n1,,\nmany,,\n2,[,\n3,,sometimes\n4,,,5\n\n6,"[{""kind"": ""magic""}]",\n',
        types={"amount": "number"},
    )
    assert [line for line, _sentence in lines] == [3, 4, 5, 6, 8]
    assert "must be a number" in lines[0][1] and "no JSON" in lines[1][1] and "held_out" in lines[2][1]
    assert "4 cells" in lines[3][1] and "kind must be one of" in lines[4][1]


def test_a_line_is_counted_as_an_editor_shows_it():
    assert errors_of('text,amount\n"one\ntwo",1\nx,many\n', types={"amount": "number"})[0][0] == 4


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"), (b"name\n", "no line below"), (b"a,a\n1,2\n", "twice"), (b"a,,c\n1,2,3\n", "no name"),
        (b"\x00\x01\x02", "no text"), (b'a\n"open\n', "cannot be read"), (b"call\nnot-an-id\n", "id of a call"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused(data, words):
    assert words in errors_of(data)[0][1]


def test_a_call_is_looked_up_by_who_may_see_it():
    call, agent = uuid4(), uuid4()
    [draft] = read_cases(f"call\n{call}\n".encode(), agent_of=lambda kind, pk: agent)
    assert (draft.subject_kind, draft.subject_id, draft.agent_id) == ("call", call, agent)


@pytest.mark.django_db
def test_a_file_is_taken_whole_or_not_at_all():
    prompt = make_prompt(client=make_client(), messages=())
    make_version(prompt=prompt, variables=[{"name": "amount", "type": "number"}])
    dataset = create_dataset(client=prompt.client, user=None, name="amounts", prompt=prompt)
    add_case(dataset=dataset, user=None, draft=CaseDraft(variables={"amount": 0.0}))
    with pytest.raises(InvalidCasesError):
        add_cases_from_csv(dataset=dataset, user=None, data=b"amount\n1\nmany\n")
    assert dataset.cases.count() == 1
    add_cases_from_csv(dataset=dataset, user=None, data=b"amount\n1\n2\n")
    assert [(case.position, case.variables["amount"]) for case in dataset.cases.all()] == [(1, 0), (2, 1.0), (3, 2.0)]
