import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prompts.bias.variants import ATTRIBUTES, find_person, groups_of, make_variants
from prompts.bias.words import LANGUAGES, words_of

CASE = {
    "customer.name": "Emily Walsh",
    "customer": {"email": "emily.walsh@example.com", "city": "Boston", "employees": 40},
    "transcript": [
        {"role": "agent", "text": "Good morning Emily, how is Boston?", "position": 0},
        {"role": "customer", "text": "Hello, I think the plan is good. Is Emily's invoice ready?", "position": 1},
    ],
    "note": "She said her budget is fixed. Call her back.",
}


def of(variants, attribute, group):
    return next(each.values for each in variants if (each.attribute, each.group) == (attribute, group))


def test_a_name_is_replaced_wherever_it_stands():
    values = of(make_variants(CASE, language="en", seed=3), "name", "arabic")
    text = str(values)
    assert "Emily" not in text and "Walsh" not in text and "emily" not in text
    given_name = values["customer.name"].split()[0]
    assert values["transcript"][0]["text"] == f"Good morning {given_name}, how is Boston?"
    assert f"{given_name}'s invoice" in values["transcript"][1]["text"]
    assert values["customer"]["email"].startswith(given_name.lower())
    assert values["customer"]["employees"] == 40


def test_a_place_is_replaced_in_fields_and_in_speech():
    values = of(make_variants(CASE, language="en"), "region", "nigeria")
    place = values["customer"]["city"]
    assert place in {"Lagos", "Abuja", "Kano"} and f"how is {place}?" in values["transcript"][0]["text"]


def test_an_accent_is_heard_from_the_customer_alone():
    variants = make_variants(CASE, language="en")
    values = of(variants, "accent", "southern_us")
    assert values["transcript"][0] == CASE["transcript"][0]
    assert "Howdy, I reckon" in values["transcript"][1]["text"]
    assert of(variants, "accent", "standard") == CASE


def test_gender_changes_name_pronouns_and_titles():
    variants = make_variants(CASE, language="en", attributes=["gender"])
    assert of(variants, "gender", "male")["note"] == "He said his budget is fixed. Call him back."
    assert of(variants, "gender", "female")["note"] == CASE["note"]


def test_a_case_without_a_name_or_place_has_the_customer_say_one():
    case = {"transcript": "agent: Good morning.\ncustomer: I want to know the price."}
    variants = make_variants(case, language="en")
    assert "customer: My name is" in of(variants, "name", "slavic")["transcript"]
    assert "customer: I am calling from" in of(variants, "region", "india")["transcript"]
    assert of(variants, "name", "slavic")["transcript"].startswith("agent: Good morning.\n")


def test_what_cannot_be_varied_is_left_out():
    assert make_variants({"budget": 5, "text": "A short note."}, language="en") == []


def test_russian_names_keep_their_cases():
    case = {"customer": {"name": "Анна Смирнова"}, "transcript": "agent: Передайте Анне.\nclient: Анну нет, я готова."}
    variants = make_variants(case, language="ru", attributes=["name", "gender"], seed=2)
    changed = of(variants, "name", "tatar")
    assert changed["customer"]["name"] == "Эльвира Галимова"
    assert changed["transcript"] == "agent: Передайте Эльвире.\nclient: Эльвиру нет, я готова."
    assert "я готов." in of(variants, "gender", "male")["transcript"]


def test_the_person_is_found_by_field_before_text():
    words = words_of("en")
    assert find_person({"customer.name": "Zed Quux", "t": "Emily called"}, words).given == "Zed"
    assert find_person({"t": "then Jamal Washington called"}, words).surname == "Washington"
    assert find_person({"customer.name": "•••", "t": "nobody"}, words) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_lists_are_whole_and_names_stand_in_one_group_alone(language):
    words = words_of(language)
    given_names = [name for names in words.names.values() for name in (*names.female, *names.male)]
    assert len(given_names) - len(set(given_names)) <= 3  # a few are at home in several places
    assert all(len(names.female) == len(names.male) == len(names.surnames) for names in words.names.values())
    assert "{name}" in words.introduction and "{place}" in words.whence
    assert all(len(groups_of(attribute, language)) >= 2 for attribute in ATTRIBUTES)


def test_an_unknown_attribute_is_refused():
    with pytest.raises(ValueError):
        groups_of("shoe size", "en")


texts = st.text(alphabet="abc Emily Boston hello isn't", max_size=40)
cases = st.fixed_dictionaries(
    {"customer": st.fixed_dictionaries({"name": st.sampled_from(["Emily Walsh", "Jamal", "Ann-Marie O'Hara"])}),
     "n": st.integers(),
     "transcript": st.lists(
         st.fixed_dictionaries({"role": st.sampled_from(["agent", "customer"]), "text": texts}), max_size=4)}
)  # fmt: skip


@given(cases, st.integers(0, 2**32), st.sampled_from(LANGUAGES))
@settings(max_examples=60, deadline=None)
def test_only_texts_change_and_the_same_seed_gives_the_same(case, seed, language):
    variants = make_variants(case, language=language, seed=seed)
    assert variants == make_variants(case, language=language, seed=seed)
    for each in variants:
        assert each.values["n"] == case["n"]
        assert [turn["role"] for turn in each.values["transcript"]] == [turn["role"] for turn in case["transcript"]]
    named = {each.group: each.values["customer"]["name"] for each in variants if each.attribute == "name"}
    assert len(set(named.values())) == len(named)
