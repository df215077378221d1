"""Prompts as files for git: out and in again without loss, and mistakes named by their line."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prompts.services import PromptFile, PromptFileError, export_prompt, import_prompt, read_file, write_file
from prompts.templates.content import VersionContent
from tests.factories import make_client, make_user
from tests.prompts.factories import make_block, make_prompt

LINES = ["  indented", "# no comment", "- item", "a: b", "", "tail  ", "\ttab", "ñ “ё”", "'"]
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=60)
TEXTS |= st.lists(st.sampled_from(LINES)).map("\n".join)
LABELS = st.from_regex(r"[a-z][a-z0-9_]{0,10}", fullmatch=True)
DATA = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
CONTENTS = st.builds(
    dict,
    messages=st.lists(
        st.fixed_dictionaries({"role": st.sampled_from(["system", "user", "assistant"]), "content": TEXTS}), min_size=1,
        max_size=3,
    ),
    variables=st.lists(
        st.fixed_dictionaries({"name": LABELS}, optional={"default": DATA, "description": TEXTS, "type": LABELS}),
        max_size=2,
    ),
    blocks=st.dictionaries(LABELS, TEXTS, max_size=2),
    parameters=st.dictionaries(LABELS, DATA, max_size=2),
    response_type=st.sampled_from(["text", "json", "score"]),
    response_schema=st.none() | st.dictionaries(TEXTS, DATA, min_size=1, max_size=2),
    checks=st.dictionaries(LABELS, DATA, max_size=2),
)  # fmt: skip
GOOD = """\
format: salesiq-prompt/1
name: call-summary
title: Call summary
messages:
- role: user
  content: |-
    Sum up {{ text }}.
    In {{ words }} words.
variables:
- name: text
- name: words
  type: integer
"""


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(CONTENTS, TEXTS, TEXTS)
def test_a_file_says_what_was_written_into_it(parts, description, why):
    content = VersionContent.from_json(parts)
    file = PromptFile("name", "Title", {"description": description, "language": "ru"}, content, why)
    read = read_file(write_file(file))
    assert read.content == content
    assert (read.settings.get("description", ""), read.why, read.title) == (description, why, "Title")


def test_texts_stand_as_lines_so_that_a_diff_reads_well():
    text = write_file(read_file(GOOD))
    assert "\n      Sum up {{ text }}.\n      In {{ words }} words.\n" in text


@pytest.mark.django_db
def test_an_exported_prompt_is_the_same_prompt_elsewhere():
    client, user = make_client(), make_user()
    make_block(client=client, name="tone", text="Be brief.\nBe kind.\n")
    first = import_prompt(
        client=client, user=user, text=GOOD.replace("    Sum up", "    {% include 'tone' %}\n    Sum up")
        + "blocks:\n  tone: |\n    Be brief.\n"
    )  # fmt: skip
    elsewhere = import_prompt(client=make_client(), user=user, text=export_prompt(first))
    ours, theirs = first.versions.get(), elsewhere.versions.get()
    assert ours.content_hash == theirs.content_hash and ours.blocks == {"tone": "Be brief.\n"}
    assert export_prompt(elsewhere) == export_prompt(first)


@pytest.mark.django_db
def test_importing_again_writes_the_next_version_and_nothing_where_nothing_changed():
    client = make_client()
    prompt = import_prompt(client=client, user=None, text=GOOD)
    assert import_prompt(client=client, user=None, text=GOOD).versions.count() == 1
    changed = GOOD.replace("Sum up", "Tell").replace("Call summary", "Summary")
    assert import_prompt(client=client, user=None, text=changed).pk == prompt.pk
    prompt.refresh_from_db()
    assert (prompt.title, prompt.versions.count()) == ("Summary", 2)


@pytest.mark.parametrize(
    "before, after, line, said",
    [
        ("type: integer", "type: [integer", 12, "no YAML"),
        ("role: user", "role: robot", 5, "robot"),
        ("name: call-summary", "name: call summary", 2, "call summary"),
        ("- name: words", "- nam: words", 11, "nam"),
        ("title: Call summary", "titel: Call summary", 1, "titel"),
        ("{{ words }}", "{{ wrds }}", 8, "wrds"),
        ("Sum up {{ text }}", "Sum up {% nope %}", 7, "nope"),
        ("type: integer", "type: colour", 11, "colour"),
    ],
)
@pytest.mark.django_db
def test_a_mistake_is_named_by_its_line(before, after, line, said):
    with pytest.raises(PromptFileError) as refused:
        import_prompt(client=make_client(), user=None, text=GOOD.replace(before, after))
    assert {problem.line for problem in refused.value.problems} == {line}
    assert said in refused.value.problems[0].message


@pytest.mark.parametrize(
    "text", ["", "just a text", "[1, 2]", "a: 1\na: &x *x", "!!python/object:os.system {}", "\x00"]
)
def test_what_is_no_prompt_is_refused(text):
    with pytest.raises(PromptFileError):
        read_file(text)


@pytest.mark.django_db
def test_any_version_can_be_exported():
    prompt = make_prompt()
    assert "version" not in export_prompt(prompt, 1).splitlines()[0]
