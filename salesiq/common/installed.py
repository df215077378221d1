"""What came of installing what ships with the product, told in one sentence."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _


@dataclass(slots=True)
class Installed:
    """Names of what was added, got the library's newest text, or was kept as people changed it; `same` is the rest."""

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        counts = {name: len(getattr(self, name)) for name in ("added", "updated", "kept", "same")}
        return (
            _("%(added)d added, %(updated)d updated, %(kept)d kept as you changed them, %(same)d as they were.")
            % counts
        )
