"""Two versions side by side."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prompts.models import PromptVersion
from prompts.services import diff_texts, diff_versions

LINES = st.lists(st.sampled_from(["one", "two words", "two other words", "", "  three", "Sum up the call."])).map(
    "\n".join
)


def version(text: str, **values) -> PromptVersion:
    return PromptVersion(messages=[{"role": "user", "content": text}], **values)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(LINES, LINES)
def test_each_side_reads_as_its_text_with_its_line_numbers(left, right):
    rows = diff_texts(left, right)
    for text, side, number in ((left, "left", "left_number"), (right, "right", "right_number")):
        lines = [row for row in rows if getattr(row, number) is not None]
        assert ["".join(each.text for each in getattr(row, side)) for row in lines] == text.splitlines()
        assert [getattr(row, number) for row in lines] == list(range(1, len(lines) + 1))
    if left == right:
        assert all(row.kind == "same" for row in rows)


def test_the_words_that_differ_are_marked():
    (section,) = diff_versions(version("Sum up the call in three lines."), version("Sum up the call in five lines."))[
        :1
    ]
    (row,) = section.rows
    assert row.kind == "changed" and section.differs
    assert [each.text for each in row.left if each.changed] == ["three"]
    assert [each.text for each in row.right if each.changed] == ["five"]


def test_lines_that_came_and_went_stand_alone():
    kinds = [row.kind for row in diff_texts("a\nb", "a\nquite another line\nb")]
    assert kinds == ["same", "added", "same"]
    assert [row.kind for row in diff_texts("a\nquite another line\nb", "a\nb")] == ["same", "removed", "same"]


def test_parts_beside_the_messages_are_compared_too():
    old = version("Same", parameters={"temperature": 0.2}, checks={})
    new = PromptVersion(
        messages=[{"role": "system", "content": "Same"}, {"role": "user", "content": "New"}],
        parameters={"temperature": 0.7}, response_type="json",
    )  # fmt: skip
    sections = {section.name: section for section in diff_versions(old, new)}
    assert sections["messages/0"].role == "user → system" and sections["messages/0"].differs
    assert sections["messages/1"].rows[0].kind == "added"
    assert sections["parameters"].rows[0].kind == "changed"
    assert sections["response_type"].differs and "checks" not in sections
