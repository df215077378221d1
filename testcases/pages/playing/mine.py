"""What stands on the agent's own page: what they were given, and their last results. The room below knows nothing of
test cases and asks for this part by its name."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from salesiq.people.pages import page
from salesiq.people.roles import Capability
from testcases.pages.playing.assigned import given_to
from testcases.pages.playing.player import player_of
from testcases.pages.playing.results_shown import last_results

MOST_GIVEN, MOST_RESULTS = 4, 3


@require_safe
@page(Capability.PRACTISE)
def my_part(request: HttpRequest) -> HttpResponse:
    player = player_of(request)
    context = {"given": given_to(player.agent, MOST_GIVEN), "results": last_results(player, MOST_RESULTS)}
    return render(request, "testcases/practice/_my.html", context)
