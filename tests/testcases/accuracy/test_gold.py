"""The gold set holds together, and its figures are told as they are."""

import json
from collections import Counter
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from testcases.accuracy.measuring import Compared, compare, confusions, figures_of
from testcases.accuracy.plain_judges import always_met, keywords_only
from testcases.accuracy.reading import GoldCase, GoldError, GoldRun, read_gold
from testcases.accuracy.reporting import BEGIN, END, Report, as_json, as_markdown, replace_part

CASE = """
case: shop
about: A shop
criteria:
  hello:
    text: Says hello
    rule: {kind: said, phrases: [hello]}
    keywords: [hello]
  calm:
    text: Speaks little
    rule: {kind: talk, measure: talk_share, at_most: 70}
    keywords: []
runs:
- id: a
  talk: |
    A: Hello there.
    C: Yes?
    A@1:10: Still here.
  verdicts:
    hello: met "Hello there"
    calm: met
"""


@pytest.fixture(scope="module")
def gold() -> tuple[GoldCase, ...]:
    return read_gold()


def _written(folder: Path, text: str) -> Path:
    (folder / "en").mkdir()
    (folder / "en" / "shop.yaml").write_text(text, encoding="utf-8")
    return folder


def test_the_set_is_as_large_and_as_mixed_as_it_says(gold: tuple[GoldCase, ...]) -> None:
    talks = Counter(case.language for case in gold for _ in case.runs)
    kinds = Counter(criterion.judge["kind"] for case in gold for criterion in case.content.criteria)
    verdicts = Counter(verdict.verdict for case in gold for run in case.runs for verdict in run.verdicts)
    assert talks == {"en": 90, "es": 25, "ru": 25}
    assert {"said", "meaning", "asked", "forbidden", "answered", "order", "count", "timing", "talk"} <= kinds.keys()
    assert verdicts["met"] < 0.6 * verdicts.total(), "always met would be a good judge"
    assert min(verdicts["partly"], verdicts["not_applicable"]) >= 30


def test_every_talk_is_a_talk(gold: tuple[GoldCase, ...]) -> None:
    runs = [run for case in gold for run in case.runs]
    assert len({run.key for run in runs}) == len(runs)
    assert len({tuple(line.text for line in run.lines) for run in runs}) == len(runs)
    for run in runs:
        assert 8 <= len(run.lines) <= 25, run.key
        assert {line.role for line in run.lines} == {"agent", "customer"}, run.key
        assert all(before.end <= after.start for before, after in zip(run.lines, run.lines[1:], strict=False)), run.key


def _share(run: GoldRun) -> float:
    seconds = {
        role: sum(line.end - line.start for line in run.lines if line.role == role) for role in ("agent", "customer")
    }
    return 100 * seconds["agent"] / sum(seconds.values())


def _monologue(run: GoldRun) -> float:
    return max(line.end - line.start for line in run.lines if line.role == "agent")


def _silence(run: GoldRun) -> float:
    return max(after.start - before.end for before, after in zip(run.lines, run.lines[1:], strict=False))


MEASURES = {
    "talk_share": _share,
    "longest_monologue": _monologue,
    "longest_silence": _silence,
    "duration": lambda run: run.lines[-1].end,
}


def test_figures_of_a_talk_are_what_the_verdicts_say_and_not_near_the_bound(gold: tuple[GoldCase, ...]) -> None:
    for case in gold:
        rules = {each.key: each.judge for each in case.content.criteria if each.judge.get("measure") in MEASURES}
        for run in case.runs:
            for verdict in (each for each in run.verdicts if each.key in rules):
                rule = rules[verdict.key]
                value = MEASURES[rule["measure"]](run)
                low, high = rule.get("at_least", 0), rule.get("at_most", float("inf"))
                assert (low <= value <= high) == (verdict.verdict == "met"), (run.key, value)
                assert min(abs(value - low), abs(value - high)) > 0.03 * value, (run.key, value)


@pytest.mark.parametrize(
    ("was", "becomes", "complaint"),
    [
        ('met "Hello there"', 'met "Good day"', "stands in 0 lines"),
        ('met "Hello there"', 'met "e"', "stands in 3 lines"),
        ('met "Hello there"', 'met "Yes?"', "said by the customer"),
        ('met "Hello there"', "met", "without the words that prove it"),
        ('met "Hello there"', "fine", "is no verdict"),
        ("    calm: met", "    clam: met", "there is no criterion clam"),
        ("C: Yes?", "Customer says yes", "is no line of a talk"),
        ("kind: said", "kind: sung", "is no kind of rule"),
    ],
)
def test_a_set_that_contradicts_itself_is_refused(was: str, becomes: str, complaint: str, tmp_path: Path) -> None:
    with pytest.raises(GoldError, match=complaint):
        read_gold(_written(tmp_path, CASE.replace(was, becomes)))


def test_lines_have_times_of_their_own(tmp_path: Path) -> None:
    (case,) = read_gold(_written(tmp_path, CASE))
    assert [(line.start, line.end) for line in case.runs[0].lines] == [(0.0, 0.8), (1.3, 1.7), (70.0, 70.8)]
    assert case.runs[0].verdicts[0].line == 0


def test_plain_judges_are_poor_and_the_keyword_judge_is_the_better_one(gold: tuple[GoldCase, ...]) -> None:
    plain, words = figures_of(compare(gold, always_met)), figures_of(compare(gold, keywords_only))
    assert plain.kappa.value == pytest.approx(0, abs=1e-9)
    assert plain.wrongly_met == 1
    assert words.kappa.low is not None and words.kappa.low > 0.1


def _row(truth: str, found: str, run: str = "en/x/a") -> Compared:
    return Compared(run=run, key="k", kind="said", language="en", truth=truth, found=found, injected=False)


def test_what_is_wrongly_met_is_counted_among_what_is_not_met() -> None:
    rows = [_row("met", "met"), _row("not_met", "met"), _row("partly", "partly"), _row("not_applicable", "met")]
    figures = figures_of(rows)
    assert (figures.wrongly_met, figures.not_met) == (0.5, 2)
    assert figures.accuracy.value == 0.5
    assert confusions(rows) == {("not_met", "met"): 1, ("not_applicable", "met"): 1}


def test_undecided_counts_as_wrong() -> None:
    assert figures_of([_row("met", "undecided"), _row("met", "met")]).accuracy.value == 0.5


def test_the_table_names_every_judge_and_goes_where_the_markers_are() -> None:
    rows = [_row("met", "met", "en/x/a"), _row("not_met", "met", "en/x/b")]
    report = Report(cases=(), rows={"ours": rows, "always_met": rows, "keywords": rows}, seconds=0.1)
    part = as_markdown(report)
    assert "our judge" in part and "always met" in part and "keywords" in part
    once = replace_part("# Accuracy\n\nBefore.\n", part)
    assert once.startswith("# Accuracy\n\nBefore.\n\n## Test cases\n\n" + BEGIN)
    assert replace_part(once + "\n## After\n", "new").endswith("## Test cases\n\nnew\n\n## After\n")
    with pytest.raises(ValueError, match="no “"):
        replace_part(once.replace(END, ""), part)
    assert as_json(report)["confusions"] == [{"truth": "not_met", "found": "met", "n": 1}]


def test_the_command_prints_figures_of_all_judges_and_no_talk(tmp_path: Path) -> None:
    out = StringIO()
    call_command("testcase_accuracy", "--json", "--gold", _written(tmp_path, CASE), stdout=out)
    figures = json.loads(out.getvalue())
    assert (figures["talks"], figures["criteria"]) == (1, 2)
    assert set(figures["figures"]["all"]) == {"ours", "always_met", "keywords"}
    assert "Still here" not in out.getvalue()


def test_the_command_refuses_a_folder_without_cases(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no case"):
        call_command("testcase_accuracy", "--gold", tmp_path)
