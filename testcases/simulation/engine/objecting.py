"""Objections: when they are raised, what answers them, and what only makes them worse."""

from __future__ import annotations

from dataclasses import replace

from testcases.content.document import Objection
from testcases.simulation.engine.scene import TRUSTED, Scene
from testcases.simulation.engine.understanding import SAID

# Points of recordings.language.objections.substance: an answer with a reason in it, and one with several.
SUBSTANTIAL, RICH = 1.5, 2.3
PARTLY = 0.4
EARLY_TURN, LATEST_EARLY_TURN, LATE_TURN = 2, 4, 5
WAITS_TURNS = 2


def weigh_answer(scene: Scene) -> bool:
    """React to an answer to an open objection; False where the agent's words are none."""
    target = _meant(scene)
    if target is None:
        return False
    key = target.key
    likeness, points = scene.heard.answers.get(key, 0.0), scene.heard.substance.get(key, 0.0)
    weak = points < SUBSTANTIAL and likeness < PARTLY
    if likeness >= SAID or (not target.answers and points >= SUBSTANTIAL):
        _good(scene, target)
    elif likeness >= PARTLY or points >= RICH:
        if scene.note(f"partly:{key}") % 2:
            scene.feel(trust=0.03)
            scene.say("go_on")
        else:
            _good(scene, target)
    elif scene.heard.acts & {"pressure"}:
        scene.feel(mood=-0.15, trust=-0.1, patience=-0.08)
        scene.say("pressure")
    elif weak and scene.heard.acts & {"explore", "open_question"}:
        scene.earn("explored", trust=0.05, mood=0.03)
        scene.say(f"insists:{key}")
    elif weak and not scene.heard.questions and not scene.heard.acts & {"empathy", "apology", "wait", "thanks"}:
        _poor(scene, target)
    elif not weak:
        scene.feel(trust=0.01)
        scene.say(f"insists:{key}")
    else:
        return False
    return True


def _meant(scene: Scene) -> Objection | None:
    """The open objection that the agent's words come nearest to; the one raised last where none is."""
    if not scene.state.open:
        return None
    best = max(reversed(scene.state.open), key=lambda key: scene.heard.answers.get(key, 0.0))
    return scene.objection(best if scene.heard.answers.get(best, 0.0) >= PARTLY else scene.state.open[-1])


def _good(scene: Scene, objection: Objection) -> None:
    state = scene.state
    progress = state.progress.get(objection.key, 0) + 1
    scene.state = replace(state, progress={**state.progress, objection.key: progress})
    if progress < objection.needs:
        scene.feel(trust=0.06, mood=0.05)
        scene.say("halfway")
        return
    scene.state = replace(
        scene.state,
        open=tuple(key for key in state.open if key != objection.key),
        eased=(*state.eased, objection.key),
    )
    scene.feel(trust=0.1, mood=0.12, patience=0.05)
    scene.say(f"eased:{objection.key}")


def _poor(scene: Scene, objection: Objection) -> None:
    times = scene.note(f"poor:{objection.key}")
    scene.feel(mood=-0.06, trust=-0.04, patience=-0.06)
    if times % 2:
        scene.say(f"insists:{objection.key}")
    else:
        scene.say("brushed_off")


def raise_due(scene: Scene) -> bool:
    """Raise the objection whose moment has come, one at a time."""
    for objection in scene.content.objections:
        if _is_time(scene, objection):
            raise_objection(scene, objection)
            return True
    return False


def raise_objection(scene: Scene, objection: Objection) -> None:
    scene.state = replace(scene.state, open=(*scene.state.open, objection.key))
    scene.note(f"raised:{objection.key}")
    scene.say(f"objection:{objection.key}")


def _is_time(scene: Scene, objection: Objection) -> bool:
    state, acts = scene.state, scene.heard.acts
    if scene.is_due(objection, "price"):
        return "price" in acts and len(state.open) < 2
    if state.open:
        return False
    if scene.is_due(objection, "opening"):
        return True
    if scene.is_due(objection, "early"):
        return state.turn >= (LATEST_EARLY_TURN if scene.parts else EARLY_TURN)
    if scene.is_due(objection, "late"):
        return state.turn >= LATE_TURN and not scene.parts
    if scene.is_due(objection, "trusted"):
        return state.trust >= TRUSTED and bool(acts & {"explore", "open_question", "ask_more"})
    return False


def restate(scene: Scene, lead: str) -> None:
    """Come back to the objection that stands, with `lead` before it."""
    key = scene.state.open[-1]
    scene.say(lead)
    scene.say(f"objection:{key}")
