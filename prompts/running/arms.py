"""Which version a production run gets: the one in production, or the arm of the experiment that runs.

The arm comes of a hash of the experiment's salt and of what is asked about, so that the same subject always gets the
same one, on every machine and without a row for each (Kohavi, Tang, Xu, Trustworthy Online Controlled Experiments,
2020, chapter 14.2).
"""

import hashlib
from dataclasses import dataclass

from prompts.models import PRODUCTION, ExperimentStatus, Prompt, PromptExperiment, PromptVersion

A, B = "A", "B"
_BUCKETS = 10_000


@dataclass(frozen=True, slots=True)
class Chosen:
    """`arm` is "A" or "B" of an experiment, otherwise empty."""

    version: PromptVersion
    arm: str = ""


def arm_of(*, salt: str, unit: str, percent_b: float) -> str:
    """ "A" or "B" for `unit`, the id of what is asked about; `percent_b` of all units get B."""
    digest = hashlib.sha256(f"{salt}:{unit}".encode()).digest()
    bucket = int.from_bytes(digest[:8], "big") % _BUCKETS
    return B if bucket < percent_b * _BUCKETS / 100 else A


def version_for(prompt: Prompt, *, unit: str) -> Chosen | None:
    """The version that `unit` gets; None where none is in production. Without a unit it is the one in production."""
    experiment = (
        PromptExperiment.objects.filter(prompt=prompt, status=ExperimentStatus.RUNNING)
        .select_related("version_a__prompt", "version_b__prompt", "version_a__client", "version_b__client")
        .first()
    )
    if experiment is not None and unit:
        arm = arm_of(salt=experiment.salt, unit=unit, percent_b=experiment.percent_b)
        return Chosen(experiment.version_b if arm == B else experiment.version_a, arm)
    versions = PromptVersion.objects.filter(prompt=prompt, labels__name=PRODUCTION)
    version = versions.select_related("prompt", "client").first()
    return Chosen(version) if version is not None else None
