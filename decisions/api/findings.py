"""Findings: what was found, what to do, and what people do about it; the rules that find."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar
from uuid import UUID

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from decisions.advice import wording
from decisions.advice.naming import Names, names_of
from decisions.advice.selectors import list_findings, list_rules
from decisions.advice.services import (
    acknowledge_finding,
    close_finding,
    delete_rule,
    dismiss_finding,
    save_rule,
    snooze_finding,
)
from decisions.api.access import (
    DECISIONS,
    OF_CLIENT,
    WRITING,
    DecisionsListView,
    DecisionsView,
    OfClientFilterSet,
    listed,
    told_as_problems,
)
from decisions.models import AlertRule, Finding, FindingKind, FindingStatus
from salesiq.common.openapi import problems
from salesiq.people.roles import Capability

Handler = TypeVar("Handler", bound=Callable[..., Response])


class FindingSerializer(serializers.ModelSerializer[Finding]):
    sentence = serializers.SerializerMethodField(help_text="What was found, in your language")
    advice = serializers.SerializerMethodField(help_text="What to do about it")

    class Meta:
        model = Finding
        fields = [
            "id", "kind", "code", "sentence", "figures", "evidence", "action", "advice", "money", "certainty", "rank",
            "status", "first_seen_on", "last_seen_on", "snoozed_until", "acknowledged_at", "closed_at", "worked",
            "outcome", "rule",
        ]  # fmt: skip
        read_only_fields = fields

    def _names(self, finding: Finding) -> Names:
        found: Names = self.context.get("names") or names_of([finding])
        return found

    def get_sentence(self, finding: Finding) -> str:
        return wording.sentence(finding, names=self._names(finding))

    def get_advice(self, finding: Finding) -> str:
        return wording.action(finding)


class FindingFilterSet(OfClientFilterSet):
    """Filters combine by "and". Without `status` those that are open or being acted on."""

    status = django_filters.MultipleChoiceFilter(choices=FindingStatus.choices)
    kind = django_filters.ChoiceFilter(choices=FindingKind.choices)

    class Meta:
        model = Finding
        fields: list[str] = []


@listed("findings_list", "List findings", FindingSerializer)
class FindingsView(DecisionsListView):
    """By money at stake × certainty, the most first."""

    serializer_class = FindingSerializer
    filterset_class = FindingFilterSet
    queryset = Finding.objects.none()
    names: Names | None = None

    def get_queryset(self) -> QuerySet[Finding]:
        all_of_them: dict[str, Any] = {"statuses": ()} if "status" in self.request.query_params else {}
        return list_findings(user=self.user, **all_of_them).filter(client=self.client)

    def paginate_queryset(self, queryset: Any) -> Any:
        page = super().paginate_queryset(queryset)
        self.names = names_of(page or ())
        return page

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "names": self.names}


class FindingView(DecisionsView):
    def finding(self, pk: UUID) -> Finding:
        rows = Finding.objects.visible_to(self.user).select_related("client", "audience", "rule")
        return get_object_or_404(rows, pk=pk)

    @extend_schema(
        tags=[DECISIONS], operation_id="findings_read", summary="Read a finding",
        responses={200: FindingSerializer, **problems(404)},
    )  # fmt: skip
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(FindingSerializer(self.finding(pk)).data)


class NoteSerializer(serializers.Serializer[Any]):
    note = serializers.CharField(max_length=500, required=False, allow_blank=True)


class SnoozeSerializer(NoteSerializer):
    until = serializers.DateField(help_text="A day after today and within a year")


class _ActView(FindingView):
    http_method_names = ["post", "options"]
    asked: type[NoteSerializer] = NoteSerializer
    service: Any = None

    def act(self, request: Request, pk: UUID) -> Response:
        asked = self.asked(data=request.data)
        asked.is_valid(raise_exception=True)
        values = {"note": "", **asked.validated_data}
        with told_as_problems():
            row = type(self).service(finding=self.finding(pk), actor=self.user, **values)
        return Response(FindingSerializer(row).data)


def _act(operation: str, summary: str, asked: Any = NoteSerializer) -> Callable[[Handler], Handler]:
    return extend_schema(
        tags=[DECISIONS], operation_id=operation, summary=summary, request=asked,
        responses={200: FindingSerializer, **problems(400, 403, 404, 409, 422)},
    )  # fmt: skip


class AcknowledgeView(_ActView):
    service = staticmethod(acknowledge_finding)

    @_act("findings_acknowledge", "Take a finding on")
    def post(self, request: Request, pk: UUID) -> Response:
        """Whether what is done works is measured from today."""
        return self.act(request, pk)


class SnoozeView(_ActView):
    service, asked = staticmethod(snooze_finding), SnoozeSerializer

    @_act("findings_snooze", "Put a finding away for a while", SnoozeSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        """If it still holds on that day it is told again."""
        return self.act(request, pk)


class DismissView(_ActView):
    service = staticmethod(dismiss_finding)

    @_act("findings_dismiss", "Dismiss a finding")
    def post(self, request: Request, pk: UUID) -> Response:
        """The same thing is not told again for ninety days."""
        return self.act(request, pk)


class DoneView(_ActView):
    service = staticmethod(close_finding)

    @_act("findings_done", "Say that a finding is dealt with")
    def post(self, request: Request, pk: UUID) -> Response:
        """Whether it worked stands in `worked` and `outcome` once it can be told."""
        return self.act(request, pk)


ACTS: dict[str, type[_ActView]] = {
    "acknowledge": AcknowledgeView, "snooze": SnoozeView, "dismiss": DismissView, "done": DoneView,
}  # fmt: skip


class RuleSerializer(serializers.ModelSerializer[AlertRule]):
    parameters = serializers.DictField(
        required=False, help_text="direction, days, minimum; limit, relative or false_alarms by kind"
    )
    tells = serializers.ListField(child=serializers.ChoiceField(["email", "webhook"]), required=False)

    class Meta:
        model = AlertRule
        fields = ["id", "key", "name", "kind", "metric", "by", "parameters", "is_active", "tells"]
        read_only_fields = ["id"]


class RulesView(DecisionsView):
    capabilities = dict.fromkeys(WRITING, Capability.MANAGE_DECISIONS)

    @extend_schema(
        tags=[DECISIONS], operation_id="rules_list", summary="List alert rules", parameters=[OF_CLIENT],
        responses={200: RuleSerializer(many=True), **problems(404, 422)},
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        return Response(RuleSerializer(list_rules(user=self.user).filter(client=self.client), many=True).data)

    @extend_schema(
        tags=[DECISIONS], operation_id="rules_add", summary="Add an alert rule", parameters=[OF_CLIENT],
        request=RuleSerializer, responses={201: RuleSerializer, **problems(400, 403, 404, 422)},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        asked = RuleSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        rule = AlertRule(client=self.client, **asked.validated_data)
        with told_as_problems():
            save_rule(rule=rule, actor=self.user)
        headers = {"Location": str(reverse("api-rule", args=[rule.pk], request=request))}
        return Response(RuleSerializer(rule).data, status=HTTPStatus.CREATED, headers=headers)


class RuleView(DecisionsView):
    capabilities = dict.fromkeys(WRITING, Capability.MANAGE_DECISIONS)

    def rule(self, pk: UUID) -> AlertRule:
        return get_object_or_404(list_rules(user=self.user), pk=pk)

    @extend_schema(
        tags=[DECISIONS], operation_id="rules_read", summary="Read an alert rule",
        responses={200: RuleSerializer, **problems(404)},
    )  # fmt: skip
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(RuleSerializer(self.rule(pk)).data)

    @extend_schema(
        tags=[DECISIONS], operation_id="rules_change", summary="Change an alert rule", request=RuleSerializer,
        responses={200: RuleSerializer, **problems(400, 403, 404, 422)},
    )  # fmt: skip
    def put(self, request: Request, pk: UUID) -> Response:
        rule = self.rule(pk)
        asked = RuleSerializer(rule, data=request.data)
        asked.is_valid(raise_exception=True)
        for name, value in asked.validated_data.items():
            setattr(rule, name, value)
        with told_as_problems():
            save_rule(rule=rule, actor=self.user)
        return Response(RuleSerializer(rule).data)

    @extend_schema(
        tags=[DECISIONS], operation_id="rules_delete", summary="Delete an alert rule", request=None,
        responses={204: None, **problems(403, 404)},
    )  # fmt: skip
    def delete(self, request: Request, pk: UUID) -> Response:
        """What it found stays."""
        with told_as_problems():
            delete_rule(rule=self.rule(pk), actor=self.user)
        return Response(status=HTTPStatus.NO_CONTENT)
