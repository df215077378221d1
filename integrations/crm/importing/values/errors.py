"""Why a value, and with it its row, cannot come in."""


class RefusedError(ValueError):
    """`reason` is a sentence that many rows may share, so that they can be counted; `detail` tells this one apart."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason, self.detail = reason, detail
