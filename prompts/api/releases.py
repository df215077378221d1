"""Releases by API: what the gate says, release, roll-back, and who released what."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.generics import ListAPIView, get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from prompts.models import PRODUCTION, Dataset, LabelChange, Prompt, PromptVersion
from prompts.releasing import (
    GateError,
    ReleaseError,
    Verdict,
    judge_version,
    read_gate,
    release_version,
    roll_back,
    save_gate,
)
from prompts.services.errors import PromptError
from salesiq.common.idempotency import idempotent
from salesiq.common.openapi import problems
from salesiq.common.pagination import KeysetPagination
from salesiq.common.problems import Problem
from salesiq.people.api.access import KeyedView
from salesiq.people.roles import Capability
from salesiq.people.scopes import KeyScope

RELEASES = "Prompts"
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key", OpenApiTypes.STR, OpenApiParameter.HEADER,
    description="Any text of your own, new for each request; sent again, the first answer is given again.",
)  # fmt: skip
VERSION = OpenApiParameter("version", OpenApiTypes.INT, description="Its number; the newest where it is left out")
_STATUS = {"gate": HTTPStatus.CONFLICT, "already": HTTPStatus.CONFLICT, "experiment": HTTPStatus.CONFLICT,
           "no_earlier": HTTPStatus.CONFLICT}  # fmt: skip


class VerdictSerializer(serializers.Serializer[Any]):
    """What the gate found. `figures` by model: n, pass_rate with its interval, and the paired comparison."""

    version = serializers.IntegerField()
    passed = serializers.BooleanField()
    reasons = serializers.ListField(child=serializers.CharField(), help_text="Why it is held back; else empty")
    notes = serializers.ListField(child=serializers.CharField(), help_text="What the gate cannot tell")
    checks = serializers.ListField(child=serializers.DictField(), help_text="{code, passed, found, needed, model}")
    figures = serializers.DictField()
    evaluation = serializers.UUIDField(allow_null=True)


class GateSerializer(serializers.Serializer[Any]):
    """What a version must show. Shares are 0 to 1; what is left out is as the product has it."""

    dataset = serializers.UUIDField(allow_null=True, help_text="Id of the data set whose cases must pass")
    rules = serializers.DictField(
        required=False,
        default=dict,
        help_text=(
            "min_pass_rate, min_cases, min_validity, max_regressions, max_age_days, max_cost, max_latency_ms, "
            "every_model"
        ),
    )


class ReleasePromptSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(min_value=1, help_text="Number of the version")
    label = serializers.SlugField(max_length=40, default=PRODUCTION)  # type: ignore[assignment]
    reason = serializers.CharField(max_length=500, required=False, default="", allow_blank=True)
    override = serializers.BooleanField(
        default=False, help_text="In spite of the gate; needs a reason of at least 15 characters and is marked"
    )


class RollBackSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=500, help_text="At least 15 characters")


class LabelChangeSerializer(serializers.ModelSerializer[LabelChange]):
    before = serializers.IntegerField(source="before.number", default=None)
    after = serializers.IntegerField(source="after.number", default=None)
    label = serializers.CharField(source="name")  # type: ignore[assignment]
    changed_by = serializers.CharField(source="changed_by.username", default=None)
    rolled_back = serializers.SerializerMethodField()

    class Meta:
        model = LabelChange
        fields = [
            "id", "label", "before", "after", "reason", "overridden", "rolled_back", "verdict", "evaluation",
            "changed_by", "created_at",
        ]  # fmt: skip
        read_only_fields = fields

    def get_rolled_back(self, change: LabelChange) -> bool:
        return bool(change.verdict.get("rolled_back"))


@contextmanager
def told_as_problems() -> Iterator[None]:
    """What a release refuses: 409 the gate or the state, 422 the rest; a verdict travels with it."""
    try:
        yield
    except ReleaseError as error:
        status = _STATUS.get(error.code, HTTPStatus.UNPROCESSABLE_ENTITY)
        more = {"verdict": error.verdict.as_json()} if error.verdict else {}
        raise Problem(str(error), code=error.code, status=status, extensions=more) from error
    except GateError as error:
        field = [{"pointer": f"#/rules/{error.field}", "detail": str(error)}]
        raise Problem(str(error), code="gate", status=HTTPStatus.UNPROCESSABLE_ENTITY, errors=field) from error
    except PromptError as error:
        raise Problem(str(error), code=error.code, status=HTTPStatus.UNPROCESSABLE_ENTITY) from error


class ReleasesBase(KeyedView):
    capability = Capability.VIEW_PROMPTS
    capabilities = {"POST": Capability.MANAGE_PROMPTS, "PUT": Capability.MANAGE_PROMPTS}
    scope = KeyScope.PROMPTS_READ
    scopes = {"POST": KeyScope.PROMPTS_WRITE, "PUT": KeyScope.PROMPTS_WRITE}

    def prompt(self, pk: Any) -> Prompt:
        return get_object_or_404(Prompt.objects.visible_to(self.user).select_related("client", "gate_dataset"), pk=pk)

    def version(self, prompt: Prompt, number: Any) -> PromptVersion:
        rows = PromptVersion.objects.filter(prompt=prompt).select_related("prompt__client", "prompt__gate_dataset")
        if number in (None, ""):
            newest = rows.order_by("-number").first()
            if newest is not None:
                return newest
        elif str(number).isdecimal():
            return get_object_or_404(rows, number=int(number))
        raise Problem(_("There is no such version."), code="not_found", status=HTTPStatus.NOT_FOUND)


class GateView(ReleasesBase):
    @extend_schema(
        tags=[RELEASES],
        operation_id="prompts_gate_read",
        summary="Ask the gate",
        description="Whether a version may become production, with each rule and the figures behind it.",
        parameters=[VERSION],
        responses={200: VerdictSerializer, **problems(404)},
    )
    def get(self, request: Request, pk: Any) -> Response:
        version = self.version(self.prompt(pk), request.query_params.get("version"))
        return Response(told(version, judge_version(version=version)))

    @extend_schema(
        tags=[RELEASES],
        operation_id="prompts_gate_write",
        summary="Set the gate",
        request=GateSerializer,
        responses={200: GateSerializer, **problems(400, 403, 404, 422)},
        examples=[OpenApiExample("Nine of ten", {"dataset": "0199d3a4-5b1e-7c62-9d4f-0c9b1a2e3f40",
                                                 "rules": {"min_pass_rate": 0.9, "max_regressions": 0}})],
    )  # fmt: skip
    def put(self, request: Request, pk: Any) -> Response:
        prompt = self.prompt(pk)
        asked = GateSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        known = asked.validated_data
        dataset = None
        if known["dataset"] is not None:
            dataset = get_object_or_404(Dataset.objects.visible_to(self.user), pk=known["dataset"])
        with told_as_problems():
            save_gate(prompt=prompt, user=self.user, dataset=dataset, gate=known["rules"])
        rules = read_gate(prompt.gate).as_json()
        return Response({"dataset": str(dataset.pk) if dataset else None, "rules": rules})


class ReleaseView(ReleasesBase):
    @extend_schema(
        tags=[RELEASES],
        operation_id="prompts_release",
        summary="Release a version",
        description=(
            "Production goes through the gate: 409 with the verdict where it is held back. Other labels are moved "
            "freely."
        ),
        parameters=[IDEMPOTENCY_KEY],
        request=ReleasePromptSerializer,
        responses={201: LabelChangeSerializer, **problems(400, 403, 404, 409, 422)},
        examples=[OpenApiExample("Through the gate", {"version": 3})],
    )
    @idempotent
    def post(self, request: Request, pk: Any) -> Response:
        prompt = self.prompt(pk)
        asked = ReleasePromptSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        known = asked.validated_data
        with told_as_problems():
            change = release_version(
                prompt=prompt, version=self.version(prompt, known["version"]), user=self.user, label=known["label"],
                reason=known["reason"], override=known["override"],
            )  # fmt: skip
        return Response(LabelChangeSerializer(change).data, status=HTTPStatus.CREATED)


class RollBackView(ReleasesBase):
    @extend_schema(
        tags=[RELEASES],
        operation_id="prompts_roll_back",
        summary="Roll production back",
        description="To the version that was in production before; asked again, to the one before that.",
        parameters=[IDEMPOTENCY_KEY],
        request=RollBackSerializer,
        responses={201: LabelChangeSerializer, **problems(400, 403, 404, 409, 422)},
        examples=[OpenApiExample("Back", {"reason": "Summaries lost their dates since this morning."})],
    )
    @idempotent
    def post(self, request: Request, pk: Any) -> Response:
        prompt = self.prompt(pk)
        asked = RollBackSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        with told_as_problems():
            change = roll_back(prompt=prompt, user=self.user, reason=asked.validated_data["reason"])
        return Response(LabelChangeSerializer(change).data, status=HTTPStatus.CREATED)


@extend_schema_view(
    get=extend_schema(
        tags=[RELEASES],
        operation_id="prompts_releases",
        summary="List releases",
        responses={200: LabelChangeSerializer(many=True), **problems(404)},
    )
)
class ReleasesView(ReleasesBase, ListAPIView[LabelChange]):
    """Every change of a label of the prompt, newest first."""

    serializer_class = LabelChangeSerializer
    pagination_class = KeysetPagination
    filter_backends = []

    def get_queryset(self) -> QuerySet[LabelChange]:
        if getattr(self, "swagger_fake_view", False):
            return LabelChange.objects.none()
        changes = LabelChange.objects.filter(prompt=self.prompt(self.kwargs["pk"]))
        return changes.select_related("before", "after", "changed_by").order_by("-created_at")


def told(version: PromptVersion, verdict: Verdict) -> dict[str, Any]:
    evaluation = str(verdict.evaluation.pk) if verdict.evaluation else None
    return {"version": version.number, **verdict.as_json(), "evaluation": evaluation}
