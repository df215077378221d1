"""The shape of the analysis document (recordings/document.py), for the API schema only: nothing runs through it."""

from typing import Any

from rest_framework import serializers

from recordings.language.types import COMPLIANCE_KINDS, INTENTS, OBJECTIONS, OUTCOMES, ROLES, TOPICS

PLACE = "Position in `utterances`, from 0"


class Part(serializers.Serializer[Any]):
    """Base of the document's parts; all of them are read only."""


def place(**kwargs: Any) -> serializers.IntegerField:
    return serializers.IntegerField(allow_null=True, help_text=PLACE, **kwargs)


def certainty() -> serializers.FloatField:
    return serializers.FloatField(help_text="0 to 1")


def open_object(meaning: str) -> serializers.DictField:
    return serializers.DictField(help_text=f"{meaning} Described in docs/api.md.")


class WordSerializer(Part):
    start = serializers.FloatField(help_text="Seconds")
    end = serializers.FloatField(help_text="Seconds")
    text = serializers.CharField()
    probability = serializers.FloatField(help_text="The recogniser's, 0 to 1")


class LineSentimentSerializer(Part):
    score = serializers.FloatField(help_text="-1 to 1")
    label = serializers.ChoiceField(["negative", "neutral", "positive"])  # type: ignore[assignment]
    confidence = serializers.FloatField(allow_null=True)


class UtteranceSerializer(Part):
    speaker = serializers.CharField(help_text="A, B, … within this call")
    role = serializers.ChoiceField(ROLES)
    channel = serializers.IntegerField(allow_null=True, help_text="From 0; null in a mono call")
    start = serializers.FloatField(help_text="Seconds")
    end = serializers.FloatField(help_text="Seconds")
    text = serializers.CharField()
    words = WordSerializer(many=True)
    sentiment = LineSentimentSerializer(allow_null=True)
    question = serializers.ChoiceField(["open", "closed"], allow_null=True)


class FoundIntentSerializer(Part):
    kind = serializers.ChoiceField(INTENTS)
    utterance = place()
    quote = serializers.CharField()
    confidence = certainty()


class FoundEntitySerializer(Part):
    kind = serializers.CharField(help_text="person, company, competitor, product, money, date, percent, phone, …")
    text = serializers.CharField(help_text="As it was said")
    value = serializers.CharField(help_text="In its normal form")
    amount = serializers.CharField(allow_null=True, help_text="Decimal number, for money and quantities")
    currency = serializers.CharField(allow_null=True, help_text="ISO 4217")
    date = serializers.DateField(allow_null=True)
    utterance = place()
    start = serializers.IntegerField(help_text="First character in the utterance's text")
    end = serializers.IntegerField(help_text="Character after the last")
    confidence = certainty()


class FoundTopicSerializer(Part):
    topic = serializers.ChoiceField(TOPICS)
    share = serializers.FloatField(help_text="Of all talk time, 0 to 1; topics may overlap")
    seconds = serializers.FloatField()
    utterances = serializers.ListField(child=serializers.IntegerField())
    confidence = certainty()


class FoundObjectionSerializer(Part):
    kind = serializers.ChoiceField(OBJECTIONS)
    utterance = place()
    quote = serializers.CharField()
    handled = serializers.BooleanField(help_text="The agent answered it with substance")
    answer_utterance = place()
    moved_on = serializers.BooleanField(help_text="The customer let go of it afterwards")
    reason = serializers.CharField()
    confidence = certainty()


class FoundComplianceSerializer(Part):
    kind = serializers.ChoiceField(COMPLIANCE_KINDS)
    verdict = serializers.ChoiceField(["present", "missing", "violation"])
    utterance = place()
    quote = serializers.CharField()
    reason = serializers.CharField()
    confidence = certainty()


class FoundFollowUpSerializer(Part):
    text = serializers.CharField()
    due = serializers.DateField(allow_null=True)
    utterance = place()
    by = serializers.ChoiceField(["agent", "customer"])
    done = serializers.BooleanField()
    confidence = certainty()


class OutcomeSerializer(Part):
    value = serializers.ChoiceField(OUTCOMES, allow_null=True)
    confidence = serializers.FloatField(allow_null=True)
    reason = serializers.CharField(allow_null=True)
    origin = serializers.ChoiceField(["proposed", "imported", "person"], allow_null=True)


class ScorePartSerializer(Part):
    key = serializers.CharField()
    name = serializers.CharField()
    points = serializers.FloatField()
    max_points = serializers.FloatField()
    applicable = serializers.BooleanField(help_text="False: left out of the score, its weight goes to the others")
    reason = serializers.CharField()
    utterance = place()
    confidence = certainty()


class SummarySentenceSerializer(Part):
    text = serializers.CharField()
    utterance = place()


class SpeakersSerializer(Part):
    confidence = serializers.FloatField(allow_null=True, help_text="Who spoke when, 0 to 1")
    role_confidence = serializers.FloatField(allow_null=True, help_text="Which of them is the agent, 0 to 1")
    role_reason = serializers.CharField(allow_null=True)


class TranscriptionSerializer(Part):
    language_probability = serializers.FloatField(allow_null=True)
    mean_word_probability = serializers.FloatField(allow_null=True)


class AnalysisSerializer(Part):
    """The same document that `manage.py analyze --json` prints."""

    status = serializers.CharField()
    error = serializers.CharField(allow_null=True)
    language = serializers.CharField(allow_null=True)
    duration = serializers.FloatField(allow_null=True, help_text="Seconds")
    utterances = UtteranceSerializer(many=True)
    intents = FoundIntentSerializer(many=True)
    entities = FoundEntitySerializer(many=True)
    topics = FoundTopicSerializer(many=True)
    objections = FoundObjectionSerializer(many=True)
    compliance = FoundComplianceSerializer(many=True)
    follow_ups = FoundFollowUpSerializer(many=True)
    talk = open_object("Talk measures.")
    sentiment = open_object("Sentiment of agent and customer and its course.")
    script = open_object("Adherence to the script, stage by stage.")
    summary = SummarySentenceSerializer(many=True)
    audio_quality = open_object("What the sound is like.")
    speakers = SpeakersSerializer()
    transcription = TranscriptionSerializer()
    outcome = OutcomeSerializer()
    quality_score = serializers.FloatField(allow_null=True, help_text="0 to 100")
    score_explanation = ScorePartSerializer(many=True)
    conversion_probability = serializers.FloatField(allow_null=True, help_text="0 to 1")
    conversion = open_object("Factors of the probability, and whether it is calibrated.")
    versions = open_object("What made this: models, rules, scorecard.")
    timings = serializers.DictField(child=serializers.FloatField(), help_text="Seconds per stage")
