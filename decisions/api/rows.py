"""Rows that analyses write: forecasts of deals, predictions, models, what is unusual."""

from typing import Any
from uuid import UUID

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from decisions.api.access import DECISIONS, DecisionsListView, DecisionsView, OfClientFilterSet, listed
from decisions.models import (
    Anomaly,
    AnomalyKind,
    Confidence,
    DealForecast,
    ModelStatus,
    Prediction,
    PredictiveModel,
    RunKind,
    Target,
)
from decisions.runs.last import last_runs
from salesiq.common.openapi import problems


class DealForecastSerializer(serializers.ModelSerializer[DealForecast]):
    name = serializers.CharField(source="deal.name")
    stage = serializers.CharField(source="deal.stage")
    value = serializers.DecimalField(source="deal.value", max_digits=18, decimal_places=2, allow_null=True)
    agent = serializers.UUIDField(source="deal.owner_id", allow_null=True)

    class Meta:
        model = DealForecast
        fields = [
            "deal", "name", "stage", "value", "agent", "method", "probability", "expected_value", "close_on",
            "close_low", "close_high", "confidence", "breakdown", "risks", "steps", "as_of",
        ]  # fmt: skip
        read_only_fields = fields


class DealForecastFilterSet(OfClientFilterSet):
    """Filters combine by "and"."""

    agent = django_filters.UUIDFilter("deal__owner_id", help_text="Id of the deal's owner")
    confidence = django_filters.MultipleChoiceFilter(choices=Confidence.choices)
    ordering = django_filters.OrderingFilter(
        fields=[(name, name) for name in ("expected_value", "probability", "close_on")],
        help_text="Field to order by, “-” for descending; the most valuable first without it",
    )

    class Meta:
        model = DealForecast
        fields: list[str] = []


@listed("analytics_forecast_deals", "List forecasts of open deals", DealForecastSerializer)
class DealForecastsView(DecisionsListView):
    """What is expected of each open deal that you see, with the stage, every adjustment and the learned model."""

    serializer_class = DealForecastSerializer
    filterset_class = DealForecastFilterSet
    queryset = DealForecast.objects.none()

    def get_queryset(self) -> QuerySet[DealForecast]:
        rows = DealForecast.objects.visible_to(self.user).filter(deal__client=self.client)
        return rows.select_related("deal").order_by("-expected_value")


class PredictionSerializer(serializers.ModelSerializer[Prediction]):
    target = serializers.ChoiceField(Target.choices, source="model.target")

    class Meta:
        model = Prediction
        fields = ["id", "model", "target", "call", "deal", "lead", "probability", "reasons", "updated_at"]
        read_only_fields = fields


class PredictionFilterSet(OfClientFilterSet):
    """Filters combine by "and"."""

    target = django_filters.ChoiceFilter(field_name="model__target", choices=Target.choices)
    call = django_filters.UUIDFilter("call_id")
    deal = django_filters.UUIDFilter("deal_id")
    lead = django_filters.UUIDFilter("lead_id")
    min_probability = django_filters.NumberFilter("probability", "gte", help_text="0 to 1, inclusive")

    class Meta:
        model = Prediction
        fields: list[str] = []


@listed("analytics_predictions", "List predictions", PredictionSerializer)
class PredictionsView(DecisionsListView):
    """Of calls, deals and leads that you see, by the model in use, with reasons in log-odds against the average."""

    serializer_class = PredictionSerializer
    filterset_class = PredictionFilterSet
    queryset = Prediction.objects.none()

    def get_queryset(self) -> QuerySet[Prediction]:
        rows = Prediction.objects.visible_to(self.user).filter(model__client=self.client)
        return rows.select_related("model").defer("model__document").order_by("-probability")


class ModelSerializer(serializers.ModelSerializer[PredictiveModel]):
    card = serializers.SerializerMethodField()

    class Meta:
        model = PredictiveModel
        fields = [
            "id", "target", "number", "status", "form", "has_signal", "trained_since", "trained_until", "n",
            "positives", "features", "leaks", "metrics", "card", "compared", "created_at",
        ]  # fmt: skip
        read_only_fields = fields

    def get_card(self, model: PredictiveModel) -> dict[str, Any]:
        return model.card_for(self.context["request"].user)


class ModelFilterSet(OfClientFilterSet):
    """Filters combine by "and"."""

    target = django_filters.ChoiceFilter(choices=Target.choices)
    status = django_filters.MultipleChoiceFilter(choices=ModelStatus.choices)

    class Meta:
        model = PredictiveModel
        fields: list[str] = []


@listed("analytics_models", "List predictive models", ModelSerializer)
class ModelsView(DecisionsListView):
    """The newest first, each with its card: calibration, drift, fairness by group, what it must not know."""

    serializer_class = ModelSerializer
    filterset_class = ModelFilterSet
    queryset = PredictiveModel.objects.none()

    def get_queryset(self) -> QuerySet[PredictiveModel]:
        rows = PredictiveModel.objects.visible_to(self.user).filter(client=self.client)
        return rows.defer("document").order_by("-created_at")


class ModelView(DecisionsView):
    @extend_schema(
        tags=[DECISIONS], operation_id="analytics_model", summary="Read a model's card",
        responses={200: ModelSerializer, **problems(404)},
    )  # fmt: skip
    def get(self, request: Request, pk: UUID) -> Response:
        rows = PredictiveModel.objects.visible_to(self.user).defer("document")
        return Response(ModelSerializer(get_object_or_404(rows, pk=pk), context={"request": request}).data)


class AnomalySerializer(serializers.ModelSerializer[Anomaly]):
    class Meta:
        model = Anomaly
        fields = [
            "id", "run", "kind", "call", "agent", "day", "measure", "observed", "expected", "low", "high", "p_value",
            "q_value",
        ]  # fmt: skip
        read_only_fields = fields


class AnomalyFilterSet(OfClientFilterSet):
    """Filters combine by "and"."""

    kind = django_filters.ChoiceFilter(choices=AnomalyKind.choices)
    agent = django_filters.UUIDFilter("agent_id")

    class Meta:
        model = Anomaly
        fields: list[str] = []


@listed("analytics_anomalies", "List what is unusual", AnomalySerializer)
class AnomaliesView(DecisionsListView):
    """Of the last finished analysis, the surest first. `analyses/{run}` says how many were looked at, and how many
    false alarms to reckon with."""

    serializer_class = AnomalySerializer
    filterset_class = AnomalyFilterSet
    queryset = Anomaly.objects.none()

    def get_queryset(self) -> QuerySet[Anomaly]:
        served = last_runs(self.audience, [RunKind.ANOMALIES])[RunKind.ANOMALIES].served
        return Anomaly.objects.visible_to(self.user).filter(run=served).order_by("q_value")
