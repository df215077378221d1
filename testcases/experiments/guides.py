"""What an arm puts beside the talk of its members: the script, or the training, that is being tried."""

from dataclasses import dataclass

from recordings.models import Script
from recordings.quality.stages import read_stages, wordings
from testcases.models import ArmKind, ExperimentArm, ExperimentMember, PracticeSession, Training


@dataclass(frozen=True, slots=True)
class Guide:
    """Named `parts`, each with its lines, in the language of the script or training."""

    title: str
    parts: tuple[tuple[str, tuple[str, ...]], ...]


def guide_beside(session: PracticeSession) -> Guide | None:
    """What the arm of this role-play shows; None for who plays as before, and where no experiment runs."""
    member = (
        ExperimentMember.objects.filter(experiment__client=session.client_id, unit=str(session.pk))
        .select_related("arm")
        .first()
    )
    if member is None:
        return None
    if member.arm.kind == ArmKind.SCRIPT:
        return _script(member.arm, session)
    return _training(member.arm, session) if member.arm.kind == ArmKind.TRAINING else None


def _script(arm: ExperimentArm, session: PracticeSession) -> Guide | None:
    script = Script.objects.filter(client=session.client_id, pk=arm.reference).first()
    if script is None:
        return None
    stages = read_stages(script.stages)
    lines = [(stage.name, [*stage.required, *stage.optional]) for stage in stages]
    return Guide(script.name, tuple((name, tuple(wordings(line)[0] for line in said)) for name, said in lines))


def _training(arm: ExperimentArm, session: PracticeSession) -> Guide | None:
    training = Training.objects.filter(client=session.client_id, pk=arm.reference).first()
    if training is None:
        return None
    blocks = (block.strip() for block in training.material.split("\n\n"))
    return Guide(training.title, tuple(("", (block,)) for block in blocks if block))
