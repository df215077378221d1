"""understood → scored: the call against its script and its scorecard, every point explained."""

from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from recordings.models import CallStatus, SalesCall, Score, Scorecard, ScoreItem, Script, StageName
from recordings.pipeline.facts import facts_of
from recordings.pipeline.stage import Progress, RunContext
from recordings.pipeline.transcript_rows import read_call
from recordings.quality.conversion import Conversion, estimate_conversion
from recordings.quality.criteria import DEFAULT_SCORECARD_NAME, default_criteria, read_criteria
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
        return {
            "rules": QUALITY_RULES_VERSION,
            "script": str(script.pk) if script else call.language,
            "scorecard": str(scorecard.pk),
            "outcome": [call.outcome, call.outcome_origin],
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
        analysis.conversion = conversion_document(output.conversion)
        analysis.score_reason = output.result.reason
        analysis.versions = {
            **analysis.versions,
            "quality_rules": QUALITY_RULES_VERSION,
            "script": output.script_name,
            "scorecard": str(output.scorecard),
        }
        analysis.save()
        Score.objects.filter(call=call, scorecard=output.scorecard).delete()
        if output.result.total is not None:
            _save_score(call, output, output.result.total)
        call.quality_score = output.result.total
        call.conversion_probability = output.conversion.probability
        call.save(update_fields=["quality_score", "conversion_probability", "updated_at"])


def active_script(call: SalesCall) -> Script | None:
    """The newest script in use for the call's language."""
    scripts = Script.objects.published().filter(client_id=call.client_id, language=call.language)
    return scripts.order_by("-created_at").first()


def current_scorecard(call: SalesCall) -> Scorecard:
    """The newest scorecard in use; the standard one is added where a workspace has none."""
    cards = Scorecard.objects.published().filter(client_id=call.client_id)
    newest = cards.order_by("-created_at").first()
    if newest is not None:
        return newest
    criteria = [asdict(criterion) for criterion in default_criteria()]
    return Scorecard.objects.get_or_create(
        client_id=call.client_id, name=DEFAULT_SCORECARD_NAME, version=1, defaults={"criteria": criteria}
    )[0]


def _save_score(call: SalesCall, output: Scored, total: Decimal) -> None:
    places = {row.position: row for row in call.utterances.all()}
    score = Score.objects.create(call=call, scorecard=output.scorecard, total=total)
    ScoreItem.objects.bulk_create(
        ScoreItem(
            score=score,
            position=position,
            key=item.key,
            name=item.name,
            points=item.points,
            max_points=item.max_points,
            applicable=item.applicable,
            value=item.value,
            answered_by=item.answered_by,
            reason=item.reason,
            confidence=item.confidence,
            evidence=None if item.line is None else places.get(item.line),
        )
        for position, item in enumerate(output.result.items)
    )


def script_document(script: ScriptResult, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "adherence": script.adherence,
        "improvised_share": script.improvised_share,
        "order_score": script.order_score,
        "basis": script.basis,
        "stages": [asdict(stage) for stage in script.stages],
    }


def conversion_document(conversion: Conversion) -> dict[str, Any]:
    """The estimate with its factors; `calibrated` is false until a model fitted on this workspace takes over."""
    return {
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
