"""The PDF report: how are we doing, in figures with their change, courses, people and the way of deals."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from analytics.asking import ask
from analytics.funnel.core import Funnel
from analytics.funnel.selectors import call_funnels, deal_funnels, pipelines_of
from analytics.questions import Answer, Cell, Comparison, Filters, Grain, Question, QuestionError
from analytics.reports.asked import Asked
from salesiq.people.models import Client, User

CARDS = (
    "calls", "conversion_rate", "quality_score", "follow_up_rate",
    "revenue", "deals_won", "win_rate", "average_deal_size",
    "pipeline_value", "sales_cycle_days", "leads", "lead_conversion_rate",
)  # fmt: skip
COURSES = ("calls", "conversion_rate", "revenue", "win_rate")
PEOPLE = ("calls", "conversion_rate", "deals_won", "win_rate", "revenue")
MOST_PEOPLE = 25


@dataclass(slots=True)
class Overview:
    """What the report shows. Metrics that the filters do not fit are left out, which `notes` say."""

    client: Client
    user: User
    filters: Filters
    compare: Comparison | None
    grain: Grain
    notes: list[str] = field(default_factory=list)

    def ask(self, *metrics: str, by: str = "", grain: Grain | None = None, compare: bool = False) -> Answer:
        """One question per metric: one that the filters do not fit takes none of the others with it."""
        cells: list[Cell] = []
        currency = self.client.currency
        question = Question(metrics=metrics, filters=self.filters, by=by, grain=grain, limit=MOST_PEOPLE)
        for metric in metrics:
            one = Question(
                metrics=(metric,), filters=self.filters, by=by, grain=grain,
                compare=self.compare if compare else None, limit=MOST_PEOPLE if metric == metrics[0] else 1000,
            )  # fmt: skip
            try:
                answer = ask(one, user=self.user)
            except QuestionError as error:
                self.tell(error.message)
                continue
            cells += answer.cells
            currency = answer.currency or currency
            for note in answer.notes:
                self.tell(note)
        return Answer(question=question, cells=tuple(cells), currency=currency)

    def tell(self, note: str) -> None:
        if note not in self.notes:
            self.notes.append(note)

    def funnels(self) -> list[tuple[str, Funnel]]:
        """The largest pipeline's deals and the calls of the period, where there are any."""
        makers: list[tuple[str, Callable[[], Funnel]]] = [
            (_("From call to conversion"), lambda: call_funnels(self.user, self.filters)[""])
        ]
        if pipelines := pipelines_of(self.user):
            name = pipelines[0][0]
            title = _("Deals: %(pipeline)s") % {"pipeline": name} if name else _("From deal to win")
            makers.append((title, lambda: deal_funnels(self.user, self.filters, pipeline=name)[""]))
        found = []
        for title, make in makers:
            try:
                funnel = make()
            except QuestionError as error:
                self.tell(error.message)
                continue
            if funnel.began:
                found.append((title, funnel))
        return found


def write_overview(
    asked: Asked, file: IO[bytes], *, user: User, client: Client, progress: Callable[[float], None]
) -> None:
    """Write the report of `asked` into `file`, in the language that is active.

    Raises:
        QuestionError: a filter cannot be read.
    """
    from analytics.reports import overview_pages as pages  # fonts and PDF are heavy, and only papers need them
    from analytics.reports.paper import Paper

    overview = Overview(client, user, asked.filters, asked.comparison, asked.grain)
    paper = Paper(
        title=_("Sales performance"),
        owner=client.name,
        language=get_language() or "en",
        made_at=timezone.localtime(),
    )
    pages.draw_head(paper, overview.filters, overview.compare, user=user)
    pages.draw_cards(paper, overview.ask(*CARDS, compare=True))
    progress(0.3)
    pages.draw_courses(paper, overview.ask(*COURSES, grain=overview.grain), overview.grain)
    progress(0.6)
    pages.draw_people(paper, overview.ask(*PEOPLE, by="agent"))
    progress(0.8)
    for title, funnel in overview.funnels():
        pages.draw_funnel(paper, title, funnel)
    pages.draw_notes(paper, overview.notes)
    file.write(paper.output())
