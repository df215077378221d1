"""The stages of pipelines: the first file of a pipeline makes them, later ones are held to them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from integrations.crm.importing.names import plain, vocabulary, words
from integrations.crm.importing.rows import Context
from integrations.crm.importing.values.errors import RefusedError
from integrations.crm.models import Deal, DealStatus, Stage

_CLOSED = {DealStatus.WON: 1000, DealStatus.LOST: 1001}
_UNKNOWN_RANK = 4.5


@dataclass(slots=True)
class Stages:
    """{pipeline: {plain name of a stage: (name, what it counts as)}}; `default` is that of rows which name none."""

    default: str
    known: dict[str, dict[str, tuple[str, str]]] = field(default_factory=dict)

    def find(self, pipeline: str, name: str) -> tuple[str, str]:
        """The stage as it is spelt here, and what a deal in it counts as. Raises RefusedError: it has no such stage."""
        stages = self.known.get(pipeline, {})
        found = stages.get(plain(name))
        if found is None:
            raise RefusedError(
                _("The stage “%(stage)s” is unknown. Known are: %(known)s.")
                % {"stage": name, "known": ", ".join(shown for shown, _status in stages.values())}
            )
        return found


def stages_for(context: Context, found: Mapping[str, Mapping[str, int]], entered: list[str], *, dry: bool) -> Stages:
    """The stages that rows are held to. Pipelines without any get those of the file, in the order of `entered`
    (columns of days) or the usual one; they are written unless `dry`."""
    stages = Stages(_default_pipeline(context))
    for row in Stage.objects.filter(client=context.client).order_by("position"):
        stages.known.setdefault(row.pipeline, {})[plain(row.name)] = (row.name, row.status)
    for pipeline, names in found.items():
        of = pipeline or stages.default
        if of in stages.known:
            continue
        new = in_order(list(names), entered)
        stages.known[of] = {plain(name): (name, status) for name, status in new}
        if not dry:
            Stage.objects.bulk_create(
                Stage(client=context.client, pipeline=of, name=name, position=place, status=status)
                for place, (name, status) in enumerate(new, start=1)
            )
    return stages


def _default_pipeline(context: Context) -> str:
    """The unnamed pipeline, unless it is another system's: then one that is called as this system."""
    unnamed = Stage.objects.filter(client=context.client, pipeline="")
    deals = Deal.objects.filter(client=context.client, pipeline="")
    if not unnamed.exists() or deals.filter(system=context.system).exists() or not deals.exists():
        return ""
    return context.system


def in_order(names: list[str], entered: list[str]) -> list[tuple[str, str]]:
    """The stages one by one (two spellings of one are one), each with what a deal in it counts as."""
    single: dict[str, str] = {}
    for name in [*entered, *names]:
        single.setdefault(plain(name), name)
    given = [plain(name) for name in entered]

    def rank(key: str) -> float:
        closed = status_of_stage(key)
        if closed != DealStatus.OPEN:
            return _CLOSED[DealStatus(closed)]
        return given.index(key) if key in given else len(given) + _usual_rank(key)

    return [(single[key], status_of_stage(key)) for key in sorted(single, key=rank)]


def _usual_rank(key: str) -> float:
    for place, spellings in enumerate(vocabulary()["stages"]["order"]):
        if key in {plain(one) for one in spellings}:
            return place
    return _UNKNOWN_RANK


def status_of_stage(name: str) -> str:
    """Won or lost where the stage's name says so, else open."""
    return words("deal_status").get(plain(name), DealStatus.OPEN)
