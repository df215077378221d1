"""What does not fit is left out by what it has to do with the question, and the prompt says so."""

from prompts.templates.content import VersionContent
from prompts.templates.relevance import score_lines
from prompts.templates.rendering import render
from prompts.templates.tokens import estimate_tokens
from tests.prompts.templates.test_rendering import a_prompt, problems_of

WEATHER = "We spoke about the weather, the traffic in town and the long road to the office this morning."
CALL = [{"name": "call.transcript", "type": "transcript"}]


def a_call(lines: int = 200, **said: str) -> list[dict]:
    turns = [{"role": "agent", "text": WEATHER, "position": position} for position in range(lines)]
    for place, text in said.items():
        turns[int(place.removeprefix("at_"))]["text"] = text
    return turns


def test_lines_about_the_question_stay_and_the_ends_of_the_call_stay():
    content = a_prompt("What discount was agreed?\n{{ call.transcript }}", CALL)
    call = a_call(at_77="We can give you a discount of twelve percent.", at_78="Deal.", at_150="No discounts in May.")
    rendered = render(content, {"call.transcript": call}, context_tokens=1000, answer_tokens=200)
    body = rendered.messages[-1]["content"]
    assert rendered.tokens <= 800
    for place in (0, 1, 77, 78, 150, 198, 199):
        assert f"[{place}] agent:" in body
    assert "lines left out …]" in body
    [row] = rendered.left_out
    assert row["name"] == "call.transcript"
    assert row["lines"] + row["kept"] == row["of"] == 200
    assert f"call.transcript has {row['kept']} of 200 lines" in rendered.messages[0]["content"]


def test_the_same_words_in_another_form_count():
    weather = ["Погода сегодня хорошая."] * 3
    lines = ["Какая скидка возможна?", *weather, "Скидки дадим до пятницы, скидку обещаю."]
    scores = score_lines(lines, "Что обещали про скидку?")
    assert scores[4] > scores[0] > scores[2]


def test_long_notes_and_lists_are_cut_after_the_call():
    content = VersionContent.from_json(
        {
            "messages": [{"role": "user", "content": "Budget?\n{{ notes }}\n{{ deals }}\n{{ call.transcript }}"}],
            "variables": [{"name": "notes"}, {"name": "deals", "type": "list"}, *CALL],
        }
    )
    notes = "The budget is five thousand. " + "Nothing else of interest was said in the meeting. " * 80
    values = {"notes": notes, "deals": [f"deal number {n}" for n in range(90)], "call.transcript": a_call()}
    rendered = render(content, values, context_tokens=900, answer_tokens=100)
    assert rendered.tokens <= 800
    assert {row["name"] for row in rendered.left_out} == {"notes", "deals", "call.transcript"}
    body = rendered.messages[-1]["content"]
    assert "The budget is five thousand." in body
    assert "sentences left out …]" in body
    assert "items left out …]" in body


def test_a_variable_written_twice_is_paid_twice():
    content = a_prompt("{{ call.transcript }} again {{ call.transcript }}", CALL)
    rendered = render(content, {"call.transcript": a_call()}, context_tokens=2000, answer_tokens=100)
    assert rendered.tokens <= 1900
    assert rendered.left_out[0]["kept"] > 0


def test_a_prompt_that_is_too_long_by_itself_says_so():
    content = a_prompt("word " * 2000 + "{{ call.transcript }}", CALL)
    assert problems_of(content, {"call.transcript": "agent: Hello"}, context_tokens=500, answer_tokens=100) == [
        ("", "")
    ]


def test_texts_that_fit_are_whole():
    content = a_prompt("{{ call.transcript }}", CALL)
    rendered = render(content, {"call.transcript": a_call()}, context_tokens=100_000, answer_tokens=100)
    assert rendered.left_out == []
    assert "did not" not in rendered.messages[0]["content"]


def test_the_estimate_rises_with_every_part_and_never_says_nothing():
    assert estimate_tokens("") == 0
    assert estimate_tokens("a") >= 1
    assert estimate_tokens("привет, как дела") > estimate_tokens("hi, how are you")
    assert estimate_tokens("привет", small_vocabulary=True) > estimate_tokens("привет")
    assert estimate_tokens("🙂" * 10) >= 20
