"""How good a prompt's answers are, in whole, by version and by day."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from prompts.api.access import PromptView
from prompts.api.openapi import DAYS, LABEL, PROMPTS, VERSION
from prompts.api.prompts import which
from prompts.api.prompts_schema import MetricsSerializer
from prompts.evaluation.performance import MEASURES, measure, performance_over_time
from salesiq.common.openapi import problems

LONGEST_DAYS = 365


class MeasureSerializer(serializers.Serializer[Any]):
    """0 to 1 with a 95 % interval. `source`: assertions, people, judge, or empty where nothing measured it."""

    value = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    n = serializers.IntegerField()
    source = serializers.CharField()  # type: ignore[assignment]


class MeasuresSerializer(serializers.Serializer[Any]):
    accuracy = MeasureSerializer()
    relevance = MeasureSerializer()
    helpfulness = MeasureSerializer()


class PromptPerformanceSerializer(serializers.Serializer[Any]):
    """`versions` and `days` are of production runs: runs, valid, latency_ms, cost, accuracy, relevance, helpfulness."""

    prompt_id = serializers.UUIDField()
    version = serializers.IntegerField(allow_null=True, help_text="Null for all versions together")
    performance_metrics = MetricsSerializer()
    measures = MeasuresSerializer(help_text="The same with interval, number and source")
    versions = serializers.ListField(child=serializers.DictField())
    days = serializers.ListField(child=serializers.DictField())


class PerformanceView(PromptView):
    @extend_schema(
        tags=[PROMPTS],
        operation_id="prompts_performance",
        summary="Read the performance",
        description="Of all versions, or of the one asked for; what it comes of stands in docs/prompts.md.",
        parameters=[VERSION, LABEL, DAYS],
        responses={200: PromptPerformanceSerializer, **problems(400, 404)},
    )
    def get(self, request: Request, pk: Any) -> Response:
        prompt = self.prompt(pk)
        wanted = which(request)
        version = self.version(prompt, **wanted) if any(wanted.values()) else None
        days = _days(request)
        measures = measure(prompt=prompt, version=version)
        over_time = performance_over_time(prompt=prompt, version=version, days=days, user=self.user)
        return Response(
            {
                "prompt_id": str(prompt.pk),
                "version": version.number if version else None,
                "performance_metrics": {name: measures[name]["value"] for name in MEASURES},
                "measures": measures,
                **over_time,
            }
        )


def _days(request: Request) -> int:
    text = request.query_params.get("days", "30")
    if not (text.isdecimal() and len(text) < 4 and 1 <= int(text) <= LONGEST_DAYS):
        raise ValidationError({"days": [_("Give a number of days from 1 to %(most)d.") % {"most": LONGEST_DAYS}]})
    return int(text)
