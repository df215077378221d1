"""The shape of the analysis document (recordings/document.py), for the API schema only: nothing runs through it."""

from typing import Any

from rest_framework import serializers

from recordings.language.personal_data.types import KINDS
from recordings.language.types import COMPLIANCE_KINDS, INTENTS, OBJECTIONS, OUTCOMES, ROLES, TOPICS

PLACE = "Position in `utterances`, from 0"


# The base of the document's parts. An alias, because a base class would lend each of them its own description.
Part = serializers.Serializer[Any]


def place(**kwargs: Any) -> serializers.IntegerField:
    return serializers.IntegerField(allow_null=True, help_text=PLACE, **kwargs)


def certainty() -> serializers.FloatField:
    return serializers.FloatField(help_text="0 to 1")


def number(meaning: str = "", *, null: bool = False) -> serializers.FloatField:
    """A figure of a measure, which is absent until the call has been measured."""
    return serializers.FloatField(required=False, allow_null=null, help_text=meaning)


def count(meaning: str = "") -> serializers.IntegerField:
    return serializers.IntegerField(required=False, help_text=meaning)


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
    speaker = serializers.CharField(help_text="S1, S2, … within this call")
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


class RedactionSerializer(Part):
    kind = serializers.ChoiceField(KINDS)
    part = serializers.CharField(help_text="number, cvv, expiry, us_ssn, …")
    country = serializers.CharField(help_text="ISO 3166 where a country's own rules decided, else empty")
    utterances = serializers.ListField(child=serializers.IntegerField())
    times = serializers.ListField(
        child=serializers.ListField(child=serializers.FloatField()), help_text="[start, end] in seconds"
    )
    verified = serializers.BooleanField(help_text="A check digit held")
    confidence = certainty()
    text = serializers.BooleanField(help_text="Masked in the transcript and everything drawn from it")
    sound = serializers.BooleanField(help_text="Masked in the sound")


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
    utterances = serializers.ListField(child=serializers.IntegerField(), help_text="What the proposal rests on")


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
    about = serializers.CharField(required=False, help_text="price, promise, outcome, need, …")


class SpeakersSerializer(Part):
    confidence = serializers.FloatField(allow_null=True, help_text="Who spoke when, 0 to 1")
    role_confidence = serializers.FloatField(allow_null=True, help_text="Which of them is the agent, 0 to 1")
    role_reason = serializers.CharField(allow_null=True)


class TranscriptionSerializer(Part):
    language_probability = serializers.FloatField(allow_null=True)
    mean_word_probability = serializers.FloatField(allow_null=True)


class RoleTalkSerializer(Part):
    seconds = number("Talk time")
    ratio = number("Of all talk time, 0 to 1")
    words = count()
    words_per_minute = number(null=True)
    turns = count()
    longest_monologue = number("Seconds")
    questions = count()
    interruptions = count("Times this speaker broke in")


class TalkSerializer(Part):
    """Empty until the call is understood."""

    duration = number("Seconds")
    speech_seconds = number()
    roles = serializers.DictField(
        child=RoleTalkSerializer(), required=False, help_text="By role: agent, customer, unknown"
    )
    patience = number("Median seconds before the agent answers", null=True)
    overlap_seconds = number()
    silence_seconds = number()
    silence_ratio = number("Of the call, 0 to 1")
    longest_silence = number("Seconds")
    turns = count()
    questions = count()


class MoodSerializer(Part):
    time = number("Seconds")
    role = serializers.ChoiceField(ROLES, required=False)
    score = number("-1 to 1")


class SentimentSerializer(Part):
    """Empty until the call is understood."""

    agent = number("Mean, -1 to 1", null=True)
    customer = number("Mean, -1 to 1", null=True)
    course = MoodSerializer(many=True, required=False, help_text="Smoothed over the call")


class SoundQualitySerializer(Part):
    """Empty until the sound is stored."""

    rating = serializers.ChoiceField(["good", "fair", "poor"], required=False)
    reasons = serializers.ListField(child=serializers.CharField(), required=False)
    snr_db = serializers.ListField(child=number(null=True), required=False, help_text="Signal to noise, per channel")
    level_dbfs = serializers.ListField(child=number(null=True), required=False, help_text="Loudness, per channel")
    clipping_ratio = number("Share of samples at full scale")
    dropout_count = count()
    dropout_seconds = number()
    bandwidth_hz = number()
    speech_seconds = number()
    silence_ratio = number("0 to 1")


class StageSerializer(Part):
    key = serializers.CharField()
    name = serializers.CharField()
    goal = serializers.CharField()
    weight = number()
    status = serializers.ChoiceField(["hit", "paraphrased", "missed", "out_of_order"])
    score = number("0 to 1")
    place = place(required=False)
    counted = serializers.BooleanField(required=False, help_text="Whether it counts towards adherence in this call")
    reason = serializers.CharField()
    missing = serializers.ListField(child=serializers.CharField(), help_text="Required lines that were not said")
    matches = serializers.ListField(child=serializers.DictField(), help_text="Lines that were said, and where")
    forbidden = serializers.ListField(child=serializers.DictField(), help_text="Forbidden lines that were said")


class ScriptSerializer(Part):
    """Empty until the call is scored."""

    name = serializers.CharField(required=False)
    adherence = number("0 to 100", null=True)
    order_score = number("0 to 1", null=True)
    improvised_share = number("Agent's words beside the script, 0 to 1", null=True)
    basis = serializers.CharField(required=False, help_text="wording, or wording and meaning")
    stages = StageSerializer(many=True, required=False)


class FactorSerializer(Part):
    name = serializers.CharField()
    effect = number("On the log-odds")
    reason = serializers.CharField()
    utterance = place()


class ConversionSerializer(Part):
    """Empty until the call is scored."""

    probability = number("0 to 1")
    calibrated = serializers.BooleanField(required=False, help_text="False: by rules, not fitted to your own calls")
    basis = serializers.CharField(required=False)
    base_rate = number("0 to 1")
    base_logit = number()
    logit = number("base_logit plus all effects")
    factors = FactorSerializer(many=True, required=False)


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
    redactions = RedactionSerializer(many=True, help_text="Where personal data was masked; never the data")
    talk = TalkSerializer()
    sentiment = SentimentSerializer()
    script = ScriptSerializer()
    summary = SummarySentenceSerializer(many=True)
    audio_quality = SoundQualitySerializer()
    speakers = SpeakersSerializer()
    transcription = TranscriptionSerializer()
    outcome = OutcomeSerializer()
    quality_score = serializers.FloatField(allow_null=True, help_text="0 to 100")
    score_reason = serializers.CharField(allow_null=True, help_text="Why the call has this score, or none")
    score_explanation = ScorePartSerializer(many=True)
    conversion_probability = serializers.FloatField(allow_null=True, help_text="0 to 1")
    conversion = ConversionSerializer()
    versions = serializers.DictField(help_text="What made this: speech model and its hash, rules, script, scorecard")
    timings = serializers.DictField(child=serializers.FloatField(), help_text="Seconds per stage")
