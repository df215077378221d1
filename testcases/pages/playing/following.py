"""What to practise next after a result: cases and training for the skills that fell short."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from testcases.models import CaseVersion, TestCase, Training, Verdict
from testcases.pages.playing.fronts import LEVELS, Front, fronts, outside, playable, records_of
from testcases.pages.playing.player import Player
from testcases.pages.playing.results_shown import Judged
from testcases.skills import name_of

MOST_CASES, MOST_LOOKED_AT = 3, 200
WORSE = {Verdict.NOT_MET: 1.0, Verdict.PARTLY: 0.5}


@dataclass(frozen=True, slots=True)
class NextSteps:
    """`skills` are the names of those that fell short, the weightiest first; where none did, the next harder cases."""

    skills: Sequence[str]
    cards: Sequence[Front]


def next_steps(player: Player, version: CaseVersion, judged: Sequence[Judged]) -> NextSteps:
    """Cases not passed yet in the language of the one that was played. Two queries."""
    weak = weak_skills(version, judged)
    level = LEVELS.get(version.case.difficulty_level, 1)
    passed = Exists(player.runs().filter(passed=True, version__case=OuterRef("pk")))
    cases = outside(playable(player)).filter(language=version.case.language).exclude(passed)
    rows = list(cases.exclude(pk=version.case_id).order_by("title", "pk")[:MOST_LOOKED_AT])

    wanted = level if weak else min(3, level + 1)

    def fits(case: TestCase) -> tuple[float, int]:
        skills = set(case.skills or ())
        distance = abs(LEVELS.get(case.difficulty_level, 1) - wanted)
        return -sum(worth for skill, worth in weak.items() if skill in skills), distance

    fitting = [row for row in sorted(rows, key=fits) if not weak or fits(row)[0] < 0]
    shown = fitting[:MOST_CASES]
    return NextSteps(
        skills=[name_of(skill) for skill in weak],
        cards=fronts(shown, records_of(player, [row.pk for row in shown])),
    )


def weak_skills(version: CaseVersion, judged: Sequence[Judged]) -> dict[str, float]:
    """Skill and how much weight its criteria missed, the most first."""
    skills = {str(each.get("key")): str(each.get("skill") or "") for each in version.content.get("criteria") or ()}
    missed: dict[str, float] = {}
    for each in judged:
        skill = skills.get(each.key, "")
        worse = WORSE.get(Verdict(each.verdict), 0.0) if each.verdict in Verdict.values else 0.0
        if skill and worse:
            missed[skill] = missed.get(skill, 0.0) + worse * each.weight
    return dict(sorted(missed.items(), key=lambda pair: (-pair[1], pair[0])))


def cases_for(player: Player, training: Training) -> list[Front]:
    """Cases that train what `training` is about, easy ones first."""
    skills = set(training.skills)
    rows = outside(playable(player)).filter(language=training.language).order_by("title", "pk")[:MOST_LOOKED_AT]
    fitting = [row for row in rows if skills & set(row.skills or ())]
    fitting.sort(key=lambda row: (LEVELS.get(row.difficulty_level, 1), -len(skills & set(row.skills))))
    shown = fitting[:MOST_CASES]
    return fronts(shown, records_of(player, [row.pk for row in shown]))
