"""Why a label could not be moved."""

from prompts.releasing.verdict import Verdict


class ReleaseError(Exception):
    """`str(error)` is a sentence that says what to do; `verdict` is what the gate found, where it was asked.

    Codes: gate, reason, already, no_earlier, experiment, inactive, other_prompt.
    """

    def __init__(self, sentence: str, *, code: str, verdict: Verdict | None = None) -> None:
        super().__init__(sentence)
        self.code = code
        self.verdict = verdict
