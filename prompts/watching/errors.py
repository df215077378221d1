"""Why an experiment could not be started or stopped."""

from prompts.releasing import Verdict


class ExperimentError(Exception):
    """`str(error)` says what to do. Codes: running, not_running, nothing_in_production, same_version, other_prompt,
    share, metric, gate (with the verdict), reason."""

    def __init__(self, sentence: str, *, code: str, verdict: Verdict | None = None) -> None:
        super().__init__(sentence)
        self.code = code
        self.verdict = verdict
