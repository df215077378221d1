"""What practice refuses, in sentences that say what to do."""


class PracticeError(Exception):
    """`sentence` is for people, `code` for programs."""

    code = "practice"

    def __init__(self, sentence: str, *, code: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code or self.code


class NotAllowedError(PracticeError):
    """The user may not play this case, or not in this agent's name."""

    code = "not_allowed"


class SessionOverError(PracticeError):
    """The session has ended; nothing more can be said in it."""

    code = "session_over"


class AttemptsUsedError(PracticeError):
    """The case may be played so many times only."""

    code = "attempts_used"


class OtherTabError(PracticeError):
    """The talk has gone on elsewhere since the page was read."""

    code = "other_tab"


class TurnError(PracticeError):
    """What was said cannot be taken: too long, or a key that was used for other words."""

    code = "turn"


class NothingHeardError(PracticeError):
    """No words were found in the sound."""

    code = "nothing_heard"
