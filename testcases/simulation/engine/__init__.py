"""The scripted customer: a state machine over persona, objections and facts. Pure; the same seed, the same words.

`open_session` begins, `answer` takes what the agent says and gives what the customer says with the state after it.
"""

from testcases.simulation.engine.conversation import answer, open_session
from testcases.simulation.engine.meaning import Meaning, no_meaning
from testcases.simulation.engine.state import Answer, Ended, State

__all__ = ["Answer", "Ended", "Meaning", "State", "answer", "no_meaning", "open_session"]
