"""Which findings are shown as "low confidence": unsure by themselves, or of a kind that was measured to be weak."""

from dataclasses import dataclass

from recordings.language.reliability import is_reliable

WEAK_CONFIDENCE = 0.5


@dataclass(frozen=True, slots=True)
class Doubts:
    """Doubts about findings in a call of `language`."""

    language: str

    def __call__(self, task: str, kind: str, confidence: float | None) -> bool:
        """`task` and `kind` are those of `manage.py evaluate_language`; kind "all" where a task has no kinds."""
        return is_weak(confidence) or not is_reliable(task, kind, self.language)


def is_weak(confidence: float | None) -> bool:
    return confidence is not None and confidence < WEAK_CONFIDENCE
