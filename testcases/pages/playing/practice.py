"""The page to practise from: what was given, what may be played, how it went."""

from typing import Any

from django import forms
from django.db.models import Case, Exists, IntegerField, OuterRef, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from prompts.pages.words import LANGUAGES
from salesiq.people.pages import page
from salesiq.people.roles import Capability
from testcases.models import Difficulty, TestCase, TestType
from testcases.pages.playing.assigned import given_to
from testcases.pages.playing.fronts import LEVELS, fronts, outside, playable, records_of
from testcases.pages.playing.player import Player, player_of
from testcases.pages.playing.progress import judged_runs, score_line, skill_rows
from testcases.pages.playing.results_shown import last_results
from testcases.skills import SKILLS, name_of

PAGE_SIZE, MOST_PAGES = 12, 50
OPEN, PASSED = "open", "passed"
LAST_RESULTS = 6


class PracticeFilters(forms.Form):
    """Everything optional; a value that cannot be read narrows nothing."""

    type = forms.ChoiceField(label=_("Type"), required=False, choices=[("", _("Every type")), *TestType.choices])
    difficulty = forms.ChoiceField(
        label=_("Difficulty"), required=False, choices=[("", _("Every difficulty")), *Difficulty.choices]
    )
    skill = forms.ChoiceField(label=_("Skill"), required=False)
    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=[("", _("Every language")), *LANGUAGES.items()]
    )
    state = forms.ChoiceField(
        label=_("Mine"), required=False,
        choices=[("", _("Passed or not")), (OPEN, _("Not passed yet")), (PASSED, _("Passed"))],
    )  # fmt: skip

    def __init__(self, data: Any) -> None:
        super().__init__(data, auto_id="filter-%s")
        skill = self.fields["skill"]
        assert isinstance(skill, forms.ChoiceField)
        asked = str(data.get("skill") or "")
        own = {asked: name_of(asked)} if asked and asked not in SKILLS else {}
        skill.choices = [("", _("Every skill")), *((slug, name_of(slug)) for slug in SKILLS), *own.items()]

    @property
    def chosen(self) -> dict[str, str]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def in_use(self) -> int:
        return len(self.chosen)

    def narrow(self, cases: QuerySet[TestCase], player: Player) -> QuerySet[TestCase]:
        chosen = self.chosen
        for name, column in (("type", "test_type"), ("difficulty", "difficulty_level"), ("language", "language")):
            if name in chosen:
                cases = cases.filter(**{column: chosen[name]})
        if "skill" in chosen:
            cases = cases.filter(pk__in=with_skill(cases, chosen["skill"]))
        if "state" in chosen:
            passed = Exists(player.runs().filter(passed=True, version__case=OuterRef("pk")))
            cases = cases.filter(passed) if chosen["state"] == PASSED else cases.exclude(passed)
        return cases


def with_skill(cases: QuerySet[TestCase], skill: str) -> list[Any]:
    """The ids of `cases` that train `skill`; read here, because not every database looks into lists."""
    return [key for key, skills in cases.order_by().values_list("pk", "skills") if skill in (skills or ())]


@require_safe
@vary_on_headers("HX-Request")
@page(Capability.PRACTISE)
def practice(request: HttpRequest) -> HttpResponse:
    """The page, or, for htmx, only the cases that the filters leave."""
    player = player_of(request)
    filters = PracticeFilters(request.GET)
    context: dict[str, Any] = {"tc": "practice", "player": player, "filters": filters}
    context |= _cards(request, player, filters)
    if request.headers.get("HX-Request") and not request.headers.get("HX-History-Restore-Request"):
        return render(request, "testcases/practice/_cards.html", context | {"tell": True})
    runs = judged_runs(player)
    context |= {
        "given": given_to(player.agent),
        "open_sessions": _open_sessions(player),
        "results": last_results(player, LAST_RESULTS),
        "skills": skill_rows(runs),
        "course": score_line(runs),
    }
    return render(request, "testcases/practice/practice.html", context)


def _cards(request: HttpRequest, player: Player, filters: PracticeFilters) -> dict[str, Any]:
    """A page of cases: the reader's language first, then from easy to hard."""
    number = _page_number(request.GET.get("page", ""))
    first = (number - 1) * PAGE_SIZE
    own = Case(When(language=(get_language() or "en")[:2], then=Value(0)), default=Value(1))
    level = Case(
        *(When(difficulty_level=name, then=Value(place)) for name, place in LEVELS.items()),
        default=Value(9), output_field=IntegerField(),
    )  # fmt: skip
    cases = outside(filters.narrow(playable(player), player)).order_by(own, level, "test_type", "title", "pk")
    rows = list(cases[first : first + PAGE_SIZE + 1])
    shown = rows[:PAGE_SIZE]
    return {
        "cards": fronts(shown, records_of(player, [row.pk for row in shown])),
        "newer": _link(request, number - 1) if number > 1 else "",
        "older": _link(request, number + 1) if len(rows) > PAGE_SIZE and number < MOST_PAGES else "",
    }


def _open_sessions(player: Player) -> list[Any]:
    """Sessions that were begun and not ended."""
    return list(player.sessions().filter(status="open").select_related("version__case").defer("state")[:5])


def _page_number(text: str) -> int:
    return min(max(int(text), 1), MOST_PAGES) if text.isdecimal() and len(text) < 4 else 1


def _link(request: HttpRequest, number: int) -> str:
    query = request.GET.copy()
    query["page"] = str(number)
    return "?" + query.urlencode()
