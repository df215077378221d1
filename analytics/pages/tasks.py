"""Tasks: what was set, done and missed, by whom; and what waits today."""

from typing import Any

from django.utils.translation import gettext as _

from analytics.pages.composing import bars, course, dots, table, whole_of
from analytics.pages.figures import cards_of, count_card
from analytics.pages.frame import analytics_page
from analytics.pages.look import Look
from analytics.questions import QuestionError
from analytics.rows import KINDS, list_rows

ALL = ("tasks_created", "tasks_done", "tasks_overdue", "task_completion_rate")
OF_TASKS = frozenset({"agent", "team", "region"})


def groups(look: Look) -> dict[str, Any]:
    agents = look.ask(*ALL, by="agent", noted=False)
    over_time = look.ask("tasks_created", "tasks_done", "tasks_overdue", grain=look.grain, noted=False)
    whole = look.ask("task_completion_rate", noted=False)
    return {
        "charts": [
            course(look, over_time, ("tasks_created", "tasks_done", "tasks_overdue"), title=_("Tasks over time")),
            dots(look, agents, "task_completion_rate", title=_("Tasks completed, by employee"),
                 whole=whole_of(whole, "task_completion_rate")),
            bars(look, agents, "tasks_created", title=_("Tasks by employee")),
            bars(look, agents, "tasks_overdue", title=_("Tasks overdue, by employee")),
        ],
        "table": table(look, agents, ALL),
        "table_title": _("By employee"),
    }  # fmt: skip


@analytics_page("tasks", shown=OF_TASKS, parts={"groups": groups})
def tasks(look: Look) -> dict[str, Any]:
    answer = look.ask(*ALL, compare=True)
    return {"cards": [*cards_of(look, answer), *_waiting(look)]}


def _waiting(look: Look) -> list[Any]:
    """What is open and what is overdue today, whatever the period."""
    kind = KINDS["tasks"]
    try:
        return [
            count_card(look, f"tasks-{name}", str(kind.sets[name].label),
                       list_rows(kind, kind.sets[name], look.filters, user=look.user),
                       url=look.rows_url("tasks", which=name))
            for name in ("open", "overdue")
        ]  # fmt: skip
    except QuestionError:  # told by the question already
        return []
