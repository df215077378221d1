"""Why no better version could be asked for, or a suggestion taken."""


class SuggestionError(Exception):
    """`str(error)` says what to do. Codes: no_development, no_held_out, other_client, not_finished, no_version."""

    def __init__(self, sentence: str, *, code: str) -> None:
        super().__init__(sentence)
        self.code = code
