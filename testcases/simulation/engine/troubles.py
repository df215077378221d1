"""What is no conversation: silence, abuse, another language, words without sense, the same again, orders."""

from __future__ import annotations

from testcases.simulation.engine.scene import Scene

# How often the customer puts up with it before the talk is over.
BORNE = {"silence": 3, "abuse": 2, "other_language": 3, "unclear": 4, "repeat": 4}
_LINES = {"unclear": "unclear", "repeat": "repeated"}


def meet_trouble(scene: Scene) -> bool:
    """Answer what is no conversation; False where it is one."""
    trouble = scene.heard.trouble
    if not trouble:
        return False
    times = scene.note(trouble)
    if trouble == "instruct":
        scene.feel(trust=-0.1, mood=-0.1, patience=-0.1)
        scene.say("instructed")
        return True
    situation = _LINES.get(trouble, trouble)
    _feel(scene, trouble)
    if times >= BORNE[trouble]:
        scene.say(f"{situation}_last")
        scene.end("hung_up")
    else:
        scene.say(situation)
    return True


def _feel(scene: Scene, trouble: str) -> None:
    if trouble == "abuse":
        scene.feel(mood=-0.5, trust=-0.3, patience=-0.2)
    elif trouble == "repeat":
        scene.feel(mood=-0.1, patience=-0.12)
    else:
        scene.feel(patience=-0.08)
