"""understood → scored: the call against its script and its scorecard, every point explained."""

from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import Max
from django.utils import timezone

from recordings.models import CallStatus, SalesCall, Scorecard, Script, StageName, StandardStatus
from recordings.pipeline.facts import facts_of
from recordings.pipeline.scores import record_score
from recordings.pipeline.stage import Progress, RunContext
from recordings.pipeline.transcript_rows import read_call
from recordings.quality.answerers import answerers_version
from recordings.quality.conversion import Conversion, estimate_conversion
from recordings.quality.conversion_models import conversion_version, estimate_by_model
from recordings.quality.criteria import DEFAULT_SCORECARD_NAME, AnsweredBy, default_criteria, read_criteria
from recordings.quality.meaning import meaning_for
from recordings.quality.scorecard import ScoreResult, score_call
from recordings.quality.script import STANDARD_SCRIPT_NAME, ScriptResult, default_stages, follow_script, read_stages
from recordings.quality.version import QUALITY_RULES_VERSION


@dataclass(frozen=True, slots=True)
class Scored:
    result: ScoreResult
    scorecard: Scorecard
    script: ScriptResult
    script_name: str
    conversion: Conversion


class ScoreStage:
    name = StageName.SCORE.value
    reaches = CallStatus.SCORED
    share = 0.03
    needs_sound = False

    def inputs(self, call: SalesCall) -> dict[str, Any]:
        script = active_script(call)
        scorecard = current_scorecard(call)
        model = conversion_version(str(call.client_id))
        return {
            "rules": answerers_version(str(call.client_id), _who_answers(scorecard)),
            "script": str(script.pk) if script else call.language,
            "scorecard": str(scorecard.pk),
            "outcome": [call.outcome, call.outcome_origin],
            **({"conversion": model} if model else {}),
        }

    def compute(self, context: RunContext, progress: Progress) -> Scored:
        call = SalesCall.objects.select_related("client", "agent", "analysis", "transcript").get(pk=context.call.pk)
        transcript = read_call(call)
        script = active_script(call)
        stages = read_stages(script.stages) if script else default_stages(call.language)
        followed = follow_script(transcript, stages, meaning_for(call.language) if script else None)
        progress(0.6)
        scorecard = current_scorecard(call)
        facts = facts_of(call, transcript, followed)
        return Scored(
            result=score_call(read_criteria(scorecard.criteria), facts),
            scorecard=scorecard,
            script=followed,
            script_name=str(script) if script else STANDARD_SCRIPT_NAME,
            conversion=estimate_conversion(facts),
        )

    def save(self, call: SalesCall, output: Scored) -> None:
        analysis = call.analysis
        analysis.refresh_from_db()
        analysis.script = script_document(output.script, output.script_name)
        analysis.score_reason = output.result.reason
        analysis.versions = {
            **analysis.versions,
            "quality_rules": QUALITY_RULES_VERSION,
            "script": output.script_name,
            "scorecard": str(output.scorecard),
        }
        analysis.save()
        record_score(call, output.scorecard, output.result)
        call.quality_score = output.result.total
        _save_conversion(call, output.conversion)
        call.save(update_fields=["quality_score", "conversion_probability", "updated_at"])


def _save_conversion(call: SalesCall, by_rules: Conversion) -> None:
    """What the client's own model says where one has earned it, else the rules. It reads what was saved before."""
    by_model = estimate_by_model(call=str(call.pk), client=str(call.client_id))
    call.conversion_probability = (by_model or by_rules).probability
    call.analysis.conversion = conversion_document(by_model or by_rules, by_rules=by_rules if by_model else None)
    call.analysis.save(update_fields=["conversion", "updated_at"])


def _who_answers(scorecard: Scorecard) -> set[AnsweredBy]:
    """Rules measure every call; others count where a question is theirs."""
    return {"rule", *(criterion.answered_by for criterion in read_criteria(scorecard.criteria))}


def active_script(call: SalesCall) -> Script | None:
    """The script in use for the call's language; of several, the one published last."""
    return Script.objects.newest_in_use().filter(client_id=call.client_id, language=call.language).first()


def current_scorecard(call: SalesCall) -> Scorecard:
    """The scorecard published last; the standard one is added where a workspace has none in use."""
    newest = Scorecard.objects.newest_in_use().filter(client_id=call.client_id).first()
    return newest if newest is not None else _standard_scorecard(call)


def _standard_scorecard(call: SalesCall) -> Scorecard:
    """The shipped scorecard, published; where every version of it was retired, its last one is used as it is."""
    own = Scorecard.objects.filter(client_id=call.client_id, name=DEFAULT_SCORECARD_NAME)
    retired = own.filter(status=StandardStatus.RETIRED).order_by("-version").first()
    if retired is not None:
        return retired
    values = {
        "criteria": [asdict(criterion) for criterion in default_criteria()],
        "status": StandardStatus.PUBLISHED,
        "published_at": timezone.now(),
    }
    latest = own.aggregate(latest=Max("version"))["latest"] or 0
    return own.get_or_create(
        status=StandardStatus.PUBLISHED,
        defaults={"client_id": call.client_id, "name": DEFAULT_SCORECARD_NAME, "version": latest + 1, **values},
    )[0]


def script_document(script: ScriptResult, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "adherence": script.adherence,
        "improvised_share": script.improvised_share,
        "order_score": script.order_score,
        "basis": script.basis,
        "stages": [asdict(stage) for stage in script.stages],
    }


def conversion_document(conversion: Conversion, *, by_rules: Conversion | None = None) -> dict[str, Any]:
    """The estimate with its factors. `calibrated` is false until a model fitted on this workspace takes over; then
    `rules` holds what the rules alone said."""
    document = {
        "probability": conversion.probability,
        "calibrated": conversion.calibrated,
        "basis": conversion.basis,
        "base_rate": conversion.base_rate,
        "base_logit": float(conversion.base_logit),
        "logit": float(conversion.logit),
        "factors": [
            {"name": f.name, "effect": float(f.effect), "reason": f.reason, "utterance": f.line}
            for f in conversion.factors
        ],
    }
    return document if by_rules is None else {**document, "rules": conversion_document(by_rules)}
