"""Objections: when they are raised, what answers them, and what only makes them worse."""

from __future__ import annotations

from dataclasses import replace

from testcases.content.document import Objection
from testcases.simulation.engine.choosing import variants
from testcases.simulation.engine.scene import Scene
from testcases.simulation.engine.state import TRUSTED
from testcases.simulation.engine.understanding import SAID

# Points of recordings.language.objections.substance: an answer with a reason in it, and one with several.
SUBSTANTIAL, RICH = 1.5, 2.3
PARTLY = 0.45
EARLY_TURN, LATEST_EARLY_TURN, LATE_TURN = 2, 5, 6


def weigh_answer(scene: Scene) -> bool:
    """React to an answer to an open objection; False where the agent's words are none."""
    target = _meant(scene)
    if target is None:
        return False
    key, acts = target.key, scene.heard.acts
    likeness, points = scene.heard.answers.get(key, 0.0), scene.heard.substance.get(key, 0.0)
    if likeness >= SAID or (not target.answers and points >= SUBSTANTIAL):
        _good(scene, target)
    elif "pressure" in acts or scene.heard.facts or scene.heard.asks_goal or scene.heard.closing:
        return False
    elif acts & {"explore", "open_question"}:
        _explain(scene, target)
    elif likeness >= PARTLY or points >= RICH:
        _partly(scene, target)
    elif points >= SUBSTANTIAL:
        scene.feel(trust=0.01)
        scene.say(f"insists:{key}")
    elif not scene.heard.questions and not acts & {"empathy", "apology", "wait", "thanks"}:
        _poor(scene, target)
    else:
        return False
    return True


def _explain(scene: Scene, objection: Objection) -> None:
    """The agent asks what is behind it: the customer says it in other words, and feels heard."""
    scene.earn("explored", trust=0.05, mood=0.03)
    if not say_unsaid(scene, f"objection:{objection.key}"):
        scene.say("explained")


def _partly(scene: Scene, objection: Objection) -> None:
    """Half an answer: asked for the rest, and content with two halves."""
    if scene.note(f"partly:{objection.key}") % 2:
        scene.feel(trust=0.03)
        scene.say("go_on")
    else:
        _good(scene, objection)


def say_unsaid(scene: Scene, source: str) -> bool:
    """A line of `source` that was not said yet; False where all were."""
    if len(scene.state.used.get(source, ())) >= len(variants(scene.content, source)):
        return False
    scene.say(source)
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
    """Come back to the objection that stands: in words not used yet after `lead`, otherwise by its name."""
    key = scene.state.open[-1]
    source = f"objection:{key}"
    if len(scene.state.used.get(source, ())) < len(variants(scene.content, source)):
        scene.say(lead)
        scene.say(source)
    else:
        scene.say(f"{lead}_alone", about=scene.objection(key).kind)
