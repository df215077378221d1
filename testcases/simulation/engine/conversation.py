"""The customer's side of the talk: what is answered first, what is asked back, and when it ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from testcases.content.document import CaseContent
from testcases.simulation.engine.choosing import choose, text_of
from testcases.simulation.engine.meaning import Meaning, no_meaning
from testcases.simulation.engine.objecting import raise_due, raise_objection, restate, say_unsaid, weigh_answer
from testcases.simulation.engine.scene import Scene
from testcases.simulation.engine.state import TRUSTED, Answer, State
from testcases.simulation.engine.troubles import meet_trouble
from testcases.simulation.engine.understanding import understand

MOST_FACTS = 2
MONOLOGUE_WORDS = 90
QUIET_STATEMENTS = 2
HEARD_KEPT = 30
PATIENCE_PER_TURN = 0.01
WAITS = 2
FOLLOW_UP_WORDS = 9


def open_session(content: CaseContent, seed: int) -> tuple[State, tuple[str, ...]]:
    """The customer as the talk begins, and what they say first: their opening, or how they pick up the telephone.

    Nothing where the agent begins and the case has no opening.
    """
    persona = content.persona
    state = State(mood=persona.mood, trust=persona.trust, patience=persona.patience)
    if content.begins != "customer" and not content.opening:
        return state, ()
    number, state = choose(content, state, "opening", seed)
    return state, (text_of(content, "opening", number),)


def answer(content: CaseContent, state: State, text: str, *, seed: int, meaning: Meaning = no_meaning) -> Answer:
    """What the customer says to `text` (empty: the agent is silent), always something.

    The same content, state, text, seed and meaning give the same answer, byte for byte. After the end nothing is said.
    """
    if state.ended:
        return Answer((), state, {"understood": {}, "moves": [], "state": {}})
    heard = understand(content, state, text, meaning)
    scene = Scene(content, replace(state, turn=state.turn + 1), heard, seed)
    scene.feel(patience=-PATIENCE_PER_TURN)
    if not meet_trouble(scene):
        _converse(scene)
    _end_if_due(scene)
    remembered = (*state.heard, heard.digest)[-HEARD_KEPT:] if heard.words else state.heard
    scene.state = replace(scene.state, heard=remembered)
    return Answer((scene.text,), scene.state, scene.trace())


def _converse(scene: Scene) -> None:
    acts = scene.heard.acts
    if "farewell" in acts and not scene.heard.questions and not scene.heard.asks_goal:
        _say_goodbye(scene)
        return
    if "ask_again" in acts and not scene.heard.facts:
        _say_again(scene)
        return
    _appreciate(scene)
    reacted = weigh_answer(scene)
    _answer_questions(scene)
    if scene.heard.asks_goal or scene.heard.closing:
        _consider_goal(scene)
        return
    if not reacted and raise_due(scene):
        return
    if not scene.parts:
        _keep_going(scene)


def _appreciate(scene: Scene) -> None:
    """How the manner of the agent's words is felt."""
    acts = scene.heard.acts
    if "empathy" in acts:
        scene.earn("empathy", trust=0.04, mood=0.06)
    if "apology" in acts:
        scene.earn("apology", trust=0.02, mood=0.08)
    if "introduction" in acts:
        scene.earn("introduction", trust=0.02)
    if acts & {"open_question", "explore"}:
        scene.earn("open_question", trust=0.04)
    if "pressure" in acts:
        scene.feel(mood=-0.15, trust=-0.1, patience=-0.08)
        scene.say("pressure")
    if scene.heard.words >= MONOLOGUE_WORDS:
        scene.feel(mood=-0.03, patience=-0.08)


def _answer_questions(scene: Scene) -> None:
    told = 0
    for key in scene.heard.facts[:MOST_FACTS]:
        told += _tell(scene, key)
    acts = scene.heard.acts
    if not told:
        _answer_about_oneself(scene)
    if scene.parts or scene.heard.asks_goal or scene.heard.closing or not scene.heard.questions:
        return
    if acts & {"open_question", "ask_more"} and _volunteer(scene):
        return
    if acts & {"check"}:
        scene.say("check")
    elif not _say_more(scene):
        scene.say("nothing_more" if acts & {"ask_more", "open_question"} and scene.state.told else "unknown")


def _say_more(scene: Scene) -> bool:
    """A short question right after a fact is about that fact: told in the words that were left."""
    told = scene.state.told
    if not told or scene.heard.words > FOLLOW_UP_WORDS or scene.state.count(f"turn:{told[-1]}") != scene.state.turn - 1:
        return False
    return say_unsaid(scene, f"fact:{told[-1]}")


def _answer_about_oneself(scene: Scene) -> None:
    """Who one is, whether one has time, how one is: each once is enough."""
    acts, persona = scene.heard.acts, scene.content.persona
    for act, value in (("ask_name", persona.name), ("ask_role", persona.role), ("ask_company", persona.company)):
        if act in acts and value:
            scene.say(act.removeprefix("ask_"))
            return
    for act in ("permission", "smalltalk"):
        if act in acts and not scene.state.count(act):
            scene.note(act)
            scene.say_by_mood(act)
            return


def _tell(scene: Scene, key: str) -> bool:
    """Tell a fact that was asked for, unless it is told only to who is trusted."""
    fact = scene.fact(key)
    if fact.release == "trusted" and scene.state.trust < TRUSTED and key not in scene.state.told:
        scene.say("withheld")
        return True
    if key in scene.state.told:
        scene.feel(patience=-0.03)
        scene.say("told_again")
    else:
        scene.earn(f"asked:{key}", trust=0.04, mood=0.02)
        scene.state = replace(scene.state, told=(*scene.state.told, key))
        scene.mark(f"turn:{key}", scene.state.turn)
    scene.say(f"fact:{key}")
    return True


def _volunteer(scene: Scene) -> bool:
    """The next fact that the customer tells to who asks openly."""
    for fact in scene.content.facts:
        if fact.release == "volunteered" and fact.key not in scene.state.told:
            return _tell(scene, fact.key)
    return False


def _consider_goal(scene: Scene) -> None:
    """Agree only when nothing stands in the way and trust is there."""
    for raised in ("closing", "opening", "early", "price", "late"):
        for objection in scene.content.objections:
            if scene.is_due(objection, raised) and not scene.state.open:
                raise_objection(scene, objection)
                return
    if scene.state.open:
        scene.feel(patience=-0.05)
        if not any(move.startswith(("insists", "halfway", "go_on", "objection", "pressure")) for move in scene.moves):
            restate(scene, "not_before")
        return
    if scene.heard.closing and not scene.heard.asks_goal:
        scene.feel(patience=-0.04)
        scene.say(_not_that(scene))
        return
    hidden = [each for each in scene.content.objections if scene.is_due(each, "trusted")]
    if hidden and scene.state.trust >= TRUSTED:
        raise_objection(scene, hidden[0])
    elif scene.state.trust < scene.content.goal.trust or hidden:
        again = scene.note("not_yet") > 1
        scene.feel(patience=-0.08, mood=-0.04 if again else 0.0)
        scene.say("not_yet_again" if again and scene.state.count("not_yet") % 2 == 0 else "not_yet")
    else:
        scene.say("goal")
        scene.end("goal")


def _not_that(scene: Scene) -> str:
    """Something else than the goal was asked for: more than the customer is ready for, or less than they want."""
    if scene.state.trust < scene.content.goal.trust:
        return "not_yet"
    less = scene.heard.closing == "next_step" and scene.content.goal.reached in ("purchase", "agreement")
    return "too_little" if less else "too_much"


def _keep_going(scene: Scene) -> None:
    """Nothing was asked or answered: greet back, come back to what stands, or show that one listens."""
    acts, state = scene.heard.acts, scene.state
    if "greeting" in acts and state.turn == 1:
        _greet(scene)
    elif scene.heard.words >= MONOLOGUE_WORDS:
        scene.say("monologue")
    elif state.open and scene.note("waited") % WAITS == 0:
        restate(scene, "still")
    elif simple := next((act for act in ("wait", "empathy", "apology", "thanks", "check") if act in acts), ""):
        scene.say(simple)
    elif scene.note("statement") % (QUIET_STATEMENTS + 1) == QUIET_STATEMENTS and not state.open:
        scene.say(f"curious_{scene.content.goal.reached}")
    else:
        scene.say_by_mood("listening", warm=True)


def _greet(scene: Scene) -> None:
    """Back, once: who has picked up or called with words of their own only waits for what comes."""
    if "opening" in scene.state.used:
        scene.say_by_mood("after_opening")
    else:
        scene.say_by_mood("greeting")
    if "introduction" not in scene.heard.acts:
        scene.say("who_calls")
    elif "opening" not in scene.state.used:
        scene.say("what_about")


def _say_goodbye(scene: Scene) -> None:
    scene.say_by_mood("farewell", warm=True, cold=False)
    scene.end("agent")


def _say_again(scene: Scene) -> None:
    """The last thing that told something, in other words where there are any."""
    spoken: Mapping[str, tuple[int, ...]] = scene.state.used
    if scene.state.open:
        restate(scene, "again")
    elif scene.state.told:
        scene.say("again")
        scene.say(f"fact:{scene.state.told[-1]}")
    else:
        scene.say("nothing_said" if not spoken else "what_about")


def _end_if_due(scene: Scene) -> None:
    """Hang up where mood or patience is gone, or the talk has lasted as long as it may."""
    if scene.state.ended:
        return
    stop = scene.content.stop
    if scene.state.mood < stop.mood:
        scene.parts.clear()
        scene.say("hang_up")
        scene.end("hung_up")
    elif scene.state.patience <= 0.0:
        scene.parts.clear()
        scene.say("out_of_patience")
        scene.end("hung_up")
    elif scene.state.turn >= stop.turns:
        scene.say("out_of_turns")
        scene.end("turns")
