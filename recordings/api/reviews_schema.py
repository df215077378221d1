"""The form of reviews, answers and appeals in the API, and what the schema says of them."""

from typing import Any

from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers

from recordings.models import Appeal, Review, ReviewAnswer, SalesCall, Scorecard
from recordings.quality.answers import options_of
from recordings.quality.criteria import read_criteria
from salesiq.people.api.fields import VisibleRow
from salesiq.people.models import User

REVIEWS = "Reviews"
REVIEWER_ID, SCORECARD_ID = "0199d3a4-5b1e-7c62-9d4f-0c9b1a2e3f41", "0199d3a4-5b1e-7c62-9d4f-0c9b1a2e3f42"


class AnswerSerializer(serializers.ModelSerializer[ReviewAnswer]):
    """A person's answer. `final_value` counts: what a won appeal made of it, otherwise `value`."""

    final_value = serializers.CharField()
    automatic_value = serializers.CharField(help_text="What rule or model said; empty where only a person answers")
    decided_value = serializers.CharField(help_text="What a won appeal made of it; empty without one")
    at = serializers.FloatField(help_text="Seconds from the start of the call", allow_null=True)

    class Meta:
        model = ReviewAnswer
        fields = ("key", "value", "automatic_value", "decided_value", "final_value", "comment", "at")


class AppealSerializer(serializers.ModelSerializer[Appeal]):
    """An agent's objection to one answer, and what a second reviewer made of it."""

    appealed_by = serializers.CharField(source="appealed_by.username", default=None)
    decided_by = serializers.CharField(source="decided_by.username", default=None)

    class Meta:
        model = Appeal
        fields = (
            "id", "review_id", "key", "reason", "appealed_by", "created_at", "status", "decision", "decided_by",
            "decided_at",
        )  # fmt: skip


class ReviewSerializer(serializers.ModelSerializer[Review]):
    """A review of one call by one person. `total` is theirs; the automatic score stays as it was beside it."""

    call_id = serializers.UUIDField()
    agent_id = serializers.UUIDField(source="call.agent_id", allow_null=True)
    scorecard_id = serializers.UUIDField()
    scorecard = serializers.CharField(source="scorecard.name")
    scorecard_version = serializers.IntegerField(source="scorecard.version")
    reviewer = serializers.CharField(source="reviewer.username", default=None)
    reviewer_id = serializers.UUIDField(allow_null=True)
    reason = serializers.CharField(source="sample_reason", help_text="Why the call was chosen")

    class Meta:
        model = Review
        fields = (
            "id", "call_id", "agent_id", "scorecard_id", "scorecard", "scorecard_version", "kind", "status", "version",
            "reviewer_id", "reviewer", "reason", "due_at", "total", "automatic_total", "failed_key", "created_at",
            "started_at", "submitted_at", "appeal_until", "answered_at", "decided_at", "closed_at",
        )  # fmt: skip


class QuestionSerializer(serializers.Serializer[Any]):
    """A question of the scorecard and what may be answered."""

    key = serializers.CharField()
    name = serializers.CharField()
    section = serializers.CharField()
    guidance = serializers.CharField()
    critical = serializers.BooleanField()
    values = serializers.ListField(child=serializers.CharField())


class WholeReviewSerializer(ReviewSerializer):
    """A review with its questions, answers, appeals and feedback."""

    feedback = serializers.CharField(source="summary")
    questions = serializers.SerializerMethodField()
    answers = AnswerSerializer(many=True)
    appeals = AppealSerializer(many=True)

    class Meta(ReviewSerializer.Meta):
        fields = (*ReviewSerializer.Meta.fields, "feedback", "questions", "answers", "appeals")  # type: ignore[assignment]

    def get_questions(self, review: Review) -> list[dict[str, Any]]:
        criteria = read_criteria(review.scorecard.criteria)
        rows = [
            {
                "key": question.key,
                "name": question.name,
                "section": question.section,
                "guidance": question.guidance,
                "critical": question.critical,
                "values": [option.value for option in options_of(question)],
            }
            for question in criteria
        ]
        return list(QuestionSerializer(rows, many=True).data)


class NewReviewSerializer(serializers.Serializer[Any]):
    """Whom to give which call. Without a reviewer, whoever takes it first."""

    call_id = VisibleRow(queryset=SalesCall.objects.select_related("client", "agent"))
    reviewer_id = VisibleRow(queryset=User.objects, required=False, allow_null=True)
    scorecard_id = VisibleRow(queryset=Scorecard.objects, required=False, help_text="Left out: the one in use")
    due_at = serializers.DateTimeField(required=False)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=300, default="")


class AnswerInputSerializer(serializers.Serializer[Any]):
    value = serializers.CharField(max_length=60, required=False, allow_blank=True)
    comment = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    at = serializers.FloatField(required=False, allow_null=True, min_value=0)


class SubmissionSerializer(serializers.Serializer[Any]):
    """The answers by key of question; those saved before need not come again."""

    answers = serializers.DictField(child=AnswerInputSerializer(), required=False, default=dict)
    feedback = serializers.CharField(max_length=5000, required=False, allow_blank=True)
    version = serializers.IntegerField(required=False, help_text="The one you read: a change since is refused")


class NewAppealSerializer(serializers.Serializer[Any]):
    key = serializers.CharField(max_length=60, help_text="Of the question")
    reason = serializers.CharField(max_length=2000)


class DecisionSerializer(serializers.Serializer[Any]):
    """`value` is the new answer; needed where the appeal is upheld."""

    upheld = serializers.BooleanField()
    decision = serializers.CharField(max_length=2000, help_text="Words for the agent")
    value = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")


def example(name: str, value: dict[str, Any]) -> OpenApiExample:
    return OpenApiExample(name, value=value, request_only=True)
