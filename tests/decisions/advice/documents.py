"""Documents of analyses made by hand."""

from datetime import timedelta

from django.utils import timezone

from decisions.documents import Rate
from decisions.models import RunKind
from decisions.statistics.shares import rate_of
from decisions.tables.deals import today_of
from tests.decisions.factories import make_analysis


def change(now, before, *, q, significant=True):
    return {"absolute": now - before, "low": now - before - 0.05, "high": now - before + 0.05, "p_value": q / 4,
            "q_value": q, "significant": significant}  # fmt: skip


def group(groups, won, closed, prior, *, q, changed=True, differs=False, differs_q=0.5):
    """A row of one group: `prior` (won, closed) of the period before."""
    now, before = rate_of(won, closed), rate_of(*prior)
    return {
        **now, "groups": groups, "start": "", "p_value": differs_q / 4, "q_value": differs_q, "significant": differs,
        "enough": closed >= 30, "prior": before,
        "change": change(now["rate"], before["rate"], q=q, significant=changed),
    }  # fmt: skip


def make_winrate(audience, rows, *, overall=(400, 1000), prior=(450, 1000), says="nothing", changed=False, **values):
    today = today_of(audience)
    whole: Rate = rate_of(*overall)
    before: Rate = rate_of(*prior)
    document = {
        "since": (today - timedelta(days=91)).isoformat(), "until": (today - timedelta(days=1)).isoformat(),
        "by": ["region"], "overall": whole, "prior": before, "rows": rows, "decompositions": [], "course": [],
        "change": change(whole["rate"], before["rate"], q=0.01 if changed else 0.4, significant=changed),
        "conclusion": says,
    }  # fmt: skip
    return make_analysis(audience=audience, kind=RunKind.WINRATE, result=document, finished_at=timezone.now(), **values)
