"""What requests about role-plays hold, and what is answered. Never the inside of a case."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from testcases.models import CustomerKind, PracticeSession, Turn
from testcases.simulation.sessions import LONGEST_KEY, LONGEST_TURN


class _Strict(serializers.Serializer[Any]):
    """Refuses fields that it does not know: a typing error is no default."""

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        unknown = sorted(set(self.initial_data) - set(self.fields))
        if unknown:
            sentence = _("There is no such field. Known are: %(known)s.") % {"known": ", ".join(self.fields)}
            raise serializers.ValidationError({name: [sentence] for name in unknown})
        return attrs


class StartSessionSerializer(_Strict):
    """How a role-play is begun."""

    customer = serializers.ChoiceField(choices=CustomerKind.choices, default=CustomerKind.SCRIPTED)
    seed = serializers.IntegerField(
        required=False, min_value=0, max_value=2**53 - 1, help_text="The same seed and words give the same customer"
    )
    assignment_id = serializers.UUIDField(required=False)
    is_trial = serializers.BooleanField(default=False, help_text="Counted nowhere; for who writes test cases")


class SaySerializer(_Strict):
    """A turn of the agent. The key is a text of your own, new for each turn: sent again, nothing is said twice."""

    text = serializers.CharField(
        allow_blank=True, max_length=LONGEST_TURN, trim_whitespace=True, help_text="Empty: the agent is silent"
    )
    key = serializers.CharField(
        required=False, max_length=LONGEST_KEY, help_text="In place of the header Idempotency-Key"
    )
    spoken = serializers.BooleanField(default=False, help_text="The words were recognised from sound")
    seen = serializers.IntegerField(
        required=False, min_value=0, help_text="How many turns you know; where there are more, 409"
    )


class TurnSerializer(serializers.ModelSerializer[Turn]):
    """Something said. `start` and `end` are seconds from the beginning."""

    class Meta:
        model = Turn
        fields: tuple[str, ...] = ("position", "role", "text", "start", "end", "spoken")
        read_only_fields = fields


class SessionSerializer(serializers.ModelSerializer[PracticeSession]):
    """A role-play. `seconds_left` is null where the test case sets no time. `end_reason`: goal, hung_up, turns, agent,
    time, idle."""

    test_case_id = serializers.UUIDField(source="version.case_id")
    version = serializers.IntegerField(source="version.number")
    agent_id = serializers.UUIDField(allow_null=True)
    assignment_id = serializers.UUIDField(allow_null=True)
    seed = serializers.CharField(help_text="A whole number, as text")
    seconds_left = serializers.IntegerField(allow_null=True)
    turns = TurnSerializer(many=True, source="said")

    class Meta:
        model = PracticeSession
        fields: tuple[str, ...] = (
            "id", "test_case_id", "version", "agent_id", "assignment_id", "customer", "is_trial", "seed", "status",
            "end_reason", "created_at", "ended_at", "seconds_left", "turns",
        )  # fmt: skip
        read_only_fields = fields


class SaidSerializer(serializers.Serializer[Any]):
    """The turn and what the customer says to it; `status` finished where that was the end."""

    turns = TurnSerializer(many=True)
    status = serializers.CharField()
    end_reason = serializers.CharField()


class HeardSerializer(serializers.Serializer[Any]):
    text = serializers.CharField()


class SoundSerializer(serializers.Serializer[Any]):
    file = serializers.FileField(help_text="One spoken turn: WAV, WebM, OGG, MP3, M4A or FLAC, at most two minutes")
