"""Why a bias check cannot be started."""


class BiasError(Exception):
    """`str(error)` says what to do. Codes: attributes, no_cases, other_client."""

    def __init__(self, sentence: str, *, code: str) -> None:
        super().__init__(sentence)
        self.code = code
