import random
from uuid import uuid4

import pytest

from salesiq.jobs.services import run_job
from salesiq.people.roles import Role
from testcases.content.reading import read_content
from testcases.models import CaseFigures
from testcases.validation.figures import figures_of
from testcases.validation.leaks import find_leaks
from testcases.validation.linting import lint_content
from testcases.validation.outcomes import Outcomes, Try
from testcases.validation.work import make_figures, start_validation
from tests.factories import make_client, make_user
from tests.testcases.factories import make_case, make_content, make_run, make_training
from tests.testcases.measured import make_measured


def codes(**changes):
    return {(each.code, each.criterion) for each in lint_content(read_content(make_content(**changes)))}


def criterion(key, text, **changes):
    judge = {"kind": "said", "phrases": ["a phrase of some words"]}
    return {"key": key, "text": text, "judge": judge, "skill": "value", **changes}


def test_vague_untestable_and_double_criteria_are_found():
    found = codes(
        criteria=[
            criterion("vague", "Answers well", judge={"kind": "rubric", "text": "Is it answered well?"}),
            criterion("loose", "Greets properly"),
            criterion("smile", "Smiles at the customer"),
            criterion("feels", "The customer feels heard"),
            criterion("both", "Names the price and asks for a day next week"),
            criterion("yes", "Agrees", judge={"kind": "said", "phrases": ["yes"]}),
            criterion("free", "Says who is calling today", skill=""),
        ]
    )
    wanted = {("vague", "vague"), ("loose", "loose"), ("unseen", "smile"), ("inner", "feels"), ("double", "both"),
              ("too_easy", "yes"), ("no_skill", "free")}  # fmt: skip
    assert wanted <= found and ("vague", "loose") not in found


def test_overlapping_criteria_are_found():
    same = {"kind": "said", "phrases": ["thank you"]}
    found = codes(
        criteria=[criterion("a", "Thanks for the time", judge=same), criterion("b", "Is polite", judge=same),
                  criterion("c", "Offers a demo on a day"),
                  criterion("d", "Offers a demo on some day", judge={"kind": "said", "phrases": ["another phrase"]})]
    )  # fmt: skip
    assert {("same_rule", "a"), ("overlap", "c")} <= found


def test_what_decides_alone_and_what_passes_anything_is_found():
    found = codes(
        criteria=[criterion("a", "Says the company's name", weight=9), criterion("b", "Names a day", weight=1)],
        pass_mark=20,
    )
    assert {("heavy", "a"), ("few_criteria", ""), ("low_mark", "")} <= found


def test_an_answer_in_the_scenario_is_found_and_good_wording_is_left_alone():
    told = "She says six patients a week do not turn up. It pays for itself with two kept appointments a month."
    found = {code for code, _key in codes(scenario=told)}
    assert {"fact_told", "answer_told"} <= found
    clean = [criterion("a", "Says who is calling"), criterion("b", "Asks how many chairs there are"),
             criterion("c", "Offers a day for a demo")]  # fmt: skip
    for each, phrase in zip(clean, ("my name is", "how many chairs", "a demo on"), strict=True):
        each["judge"] = {"kind": "said", "phrases": [phrase]}
    assert codes(criteria=clean) == set()


def test_spanish_and_russian_have_their_own_vague_words():
    assert ("loose", "a") in codes(language="es", criteria=[criterion("a", "Saluda adecuadamente al cliente")])
    assert ("loose", "a") in codes(language="ru", criteria=[criterion("a", "Грамотно отвечает на возражение")])


def test_training_that_gives_an_answer_away_is_found_with_the_passage():
    content = read_content(make_content())
    material = "Tell them: it pays for itself with two kept appointments a month. That always works."
    found = find_leaks(content, {"Prices": material, "Other": "Ask first, then answer, and never push."})
    assert [(each.training, each.what) for each in found] == [("Prices", "answer")]
    assert "two kept appointments a month" in found[0].passage


def outcomes(people=40, *, seed=3, unfair=None):
    """Six cases of rising difficulty, two of each label; `unfair`: number of a case that the South never passes."""
    drawn, cases = random.Random(seed), [uuid4() for _n in range(6)]
    tries, groups = [], {}
    for person in range(people):
        ability, team = drawn.gauss(0, 1), "North" if person % 2 else "South"
        groups[str(person)] = team
        for number, case in enumerate(cases):
            chance = 1 / (1 + 2.7 ** (0.8 * (number - 2.5) - 1.5 * ability))
            passed = drawn.random() < chance and not (number == unfair and team == "South")
            tries.append(Try(uuid4(), str(person), case, 1, passed, 100.0 * passed))
    return cases, Outcomes(tuple(tries), {"team": groups}, {})


LEVELS = ("beginner", "beginner", "intermediate", "intermediate", "advanced", "advanced")


def test_difficulty_is_calibrated_and_a_label_that_disagrees_is_flagged():
    cases, known = outcomes(people=120)
    found = figures_of(known, dict(zip(cases, LEVELS, strict=True)))
    values = [found[case].figures["difficulty"]["value"] for case in cases]
    assert values == sorted(values) and found[cases[0]].figures["difficulty"]["model"] == "rasch"
    assert not any("difficulty" in each.flags for each in found.values())
    swapped = ("advanced", "beginner", "beginner", "intermediate", "intermediate", "advanced", "advanced")
    cases, known = outcomes(people=120)
    labels = dict(zip(cases, swapped[:6], strict=True))
    labels[cases[5]] = "advanced"
    found = figures_of(known, labels)
    assert found[cases[0]].figures["difficulty"]["looks"] in ("beginner", "intermediate")
    assert "difficulty" in found[cases[0]].flags


def test_few_people_are_told_by_the_share_that_failed_and_nothing_is_flagged():
    cases, known = outcomes(people=8)
    found = figures_of(known, dict(zip(cases, LEVELS, strict=True)))
    figures = found[cases[0]].figures
    assert figures["difficulty"]["model"] == "pass_rate" and figures["discrimination"]["value"] is None
    assert {each["verdict"] for each in figures["groups"]} == {"few"} and found[cases[0]].flags == ()


def test_a_case_that_one_team_never_passes_is_flagged():
    cases, known = outcomes(people=120, unfair=1)
    found = figures_of(known, dict(zip(cases, LEVELS, strict=True)))
    assert {"impact", "dif"} <= set(found[cases[1]].flags)
    assert "dif" not in found[cases[4]].flags


@pytest.mark.django_db
def test_the_job_writes_every_case_once_and_again_the_same(django_assert_max_num_queries):
    measured = make_measured(agents=6, weeks=3)
    make_training(client=measured.client, material="Say the words of next_step and nothing else to anybody.")
    with django_assert_max_num_queries(40):
        assert make_figures(measured.client) == 3
    before = {row.case_id: row.figures for row in CaseFigures.objects.all()}
    make_figures(measured.client)
    assert {row.case_id: row.figures for row in CaseFigures.objects.all()} == before
    figures = before[measured.cases[0].pk]
    assert figures["reliability"]["n"] == 18 and figures["retest"]["n"] == 6
    assert "no_skill" not in {each["code"] for each in figures["lint"]}


@pytest.mark.django_db
def test_a_person_has_the_cases_looked_at_now_and_prompts_that_played_count_nowhere():
    client = make_client()
    case = make_case(client=client)
    make_run(version=case.current, kind="prompt", agent=None)
    job = start_validation(client=client, user=make_user(role=Role.MANAGER, client=client))
    assert run_job(job.pk).status == "succeeded"
    row = CaseFigures.objects.get(case=case)
    assert row.n == 0 and row.figures["pass_rate"]["value"] is None
