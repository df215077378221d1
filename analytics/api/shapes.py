"""The bodies of the endpoints about figures, for the schema."""

from typing import Any

from rest_framework import serializers

from analytics.metrics import Better, Unit
from analytics.questions import Comparison, Grain


class FigureSerializer(serializers.Serializer[Any]):
    value = serializers.FloatField(
        allow_null=True, help_text="Shares 0 to 1, times in the unit, money in `currency`; null: nothing to divide by"
    )
    n = serializers.IntegerField(help_text="How many rows it rests on")
    low = serializers.FloatField(allow_null=True, help_text="95 % interval; null where there is none")
    high = serializers.FloatField(allow_null=True)
    enough = serializers.BooleanField(help_text="Whether n reaches the metric's minimum: below it, rank nothing by it")
    prior = serializers.FloatField(allow_null=True, help_text="Value of the period or step compared with")
    prior_n = serializers.IntegerField(allow_null=True)
    change = serializers.FloatField(allow_null=True, help_text="value - prior")
    change_relative = serializers.FloatField(allow_null=True, help_text="change / |prior|")
    change_low = serializers.FloatField(allow_null=True, help_text="95 % interval of the change")
    change_high = serializers.FloatField(allow_null=True)
    change_is_real = serializers.BooleanField(
        allow_null=True, help_text="Whether that interval excludes 0 and both rest on enough rows"
    )


class GroupFigureSerializer(FigureSerializer):
    key = serializers.CharField(help_text="Of the group: an id or a value; `-` for rows that do not say")
    label = serializers.CharField()  # type: ignore[assignment]


class PointSerializer(FigureSerializer):
    start = serializers.DateField(help_text="First day of the step, also where the period begins later")


class _MetricSerializer(serializers.Serializer[Any]):
    metric = serializers.CharField()
    name = serializers.CharField()
    unit = serializers.ChoiceField([unit.value for unit in Unit])
    better = serializers.ChoiceField([better.value for better in Better])
    minimum = serializers.IntegerField(help_text="Fewest rows by which it should be ranked")


class MetricFiguresSerializer(_MetricSerializer):
    groups = GroupFigureSerializer(many=True)


class _AskedSerializer(serializers.Serializer[Any]):
    since = serializers.DateField(allow_null=True)
    until = serializers.DateField(allow_null=True)
    by = serializers.CharField(help_text="Empty: the whole")
    compare = serializers.ChoiceField([choice.value for choice in Comparison], allow_null=True)
    currency = serializers.CharField(help_text="ISO 4217; empty where it is not known or differs")
    notes = serializers.ListField(child=serializers.CharField(), help_text="What the figures leave out or rest on")


class PerformanceSerializer(_AskedSerializer):
    metrics = MetricFiguresSerializer(many=True)


class SeriesSerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    points = PointSerializer(many=True)


class TrendSerializer(_AskedSerializer, _MetricSerializer):
    grain = serializers.ChoiceField([grain.value for grain in Grain])
    series = SeriesSerializer(many=True)
