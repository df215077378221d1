"""The stage table and its adjustments: brought in for a client, and changed by who may."""

from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from decisions.forecasting.adjustments import STANDARD, is_way_of_seeing
from decisions.forecasting.stages import CHANCES, guess_kind
from decisions.models import ForecastAdjustment, StageChance, StageKind
from integrations.crm.models import Deal, DealStatus, Stage
from salesiq.audit.services import record_event
from salesiq.people.models import Client, User
from salesiq.people.roles import Capability


@transaction.atomic
def install_table(*, client: Client) -> None:
    """Give each open stage of the client a chance, and the client the standard adjustments, where they lack them."""
    known = set(StageChance.objects.filter(client=client).values_list("pipeline", "stage"))
    missing = [
        StageChance(client=client, pipeline=pipeline, stage=stage, kind=kind, chance=CHANCES[kind])
        for (pipeline, stage), kind in _guessed(client).items()
        if (pipeline, stage) not in known
    ]
    StageChance.objects.bulk_create(missing, ignore_conflicts=True)
    have = set(ForecastAdjustment.objects.filter(client=client).values_list("key", flat=True))
    ForecastAdjustment.objects.bulk_create(
        [
            ForecastAdjustment(client=client, key=each.key, points=each.points, matches=each.matches)
            for each in STANDARD if each.key not in have
        ],
        ignore_conflicts=True,
    )  # fmt: skip


def _guessed(client: Client) -> dict[tuple[str, str], StageKind]:
    """The kind of each open stage: those that are set up in their order, and those that open deals name besides."""
    rows = (
        Stage.objects.filter(client=client).order_by("pipeline", "position").values_list("pipeline", "name", "status")
    )
    ordered: dict[str, list[str]] = {}
    closed = set()
    for pipeline, name, status in rows:
        if status == DealStatus.OPEN:
            ordered.setdefault(pipeline, []).append(name)
        else:
            closed.add((pipeline, name))
    named = Deal.objects.filter(client=client, status=DealStatus.OPEN).exclude(stage="").order_by()
    for pipeline, name in named.values_list("pipeline", "stage").distinct():
        if (pipeline, name) not in closed and name not in ordered.setdefault(pipeline, []):
            ordered[pipeline].append(name)
    return {
        (pipeline, name): guess_kind(name, place=place, of=len(names))
        for pipeline, names in ordered.items() for place, name in enumerate(names)
    }  # fmt: skip


def save_chance(*, row: StageChance, user: User, kind: str, chance: Decimal) -> StageChance:
    """Set what a stage counts as and the share of its deals that is expected to be won.

    Raises:
        PermissionDenied: `user` may not.
        ValidationError: a chance outside 0 to 1.
    """
    _check(user, row.client)
    row.kind, row.chance, row.is_guessed = kind, chance, False
    row.full_clean()
    with transaction.atomic():
        row.save()
        record_event(
            action="forecast_table_changed", actor=user, target=row,
            details={"stage": row.stage, "kind": kind, "chance": str(chance)},
        )  # fmt: skip
    return row


def save_adjustment(*, row: ForecastAdjustment, user: User) -> ForecastAdjustment:
    """Keep the points of an adjustment, by what it is seen and whether it counts.

    Raises:
        PermissionDenied: `user` may not.
        ValidationError: points outside -100 to 100, or a way of seeing that is none.
    """
    _check(user, row.client)
    check_matches(row.matches)
    row.full_clean()
    with transaction.atomic():
        row.save()
        record_event(
            action="forecast_table_changed", actor=user, target=row,
            details={"adjustment": row.key, "points": row.points, "in_use": row.is_active},
        )  # fmt: skip
    return row


def check_matches(matches: object) -> None:
    """
    Raises:
        ValidationError: nothing can be looked for by it.
    """
    if not is_way_of_seeing(matches):
        raise ValidationError(
            {"matches": _('Say by what it is seen, for example {"activity": "demo"} or {"words": ["contract"]}.')}
        )


def _check(user: User, client: Client) -> None:
    if not user.can(Capability.MANAGE_DECISIONS) or not (user.is_superuser or user.client_id == client.pk):
        raise PermissionDenied(_("You may not change the table of the forecast. Ask an administrator."))
