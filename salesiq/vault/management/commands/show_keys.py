from typing import Any

from django.core.management.base import BaseCommand, CommandError

from salesiq.common.database import ensure_migrated
from salesiq.vault.errors import KeyRingError
from salesiq.vault.rotation import KeyState, ring_state


class Command(BaseCommand):
    help = (
        "Print the key-encryption keys by name and what each wraps; never a secret. Exit status 1 when one is missing."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        ensure_migrated()
        try:
            states = ring_state()
        except KeyRingError as error:
            raise CommandError(str(error)) from error
        for state in states:
            self.stdout.write(f"{state.name}: {state.data_keys} data keys, {_role(state)}")
        if missing := [state.name for state in states if not state.in_ring and state.data_keys]:
            raise CommandError(f"The ring lacks {', '.join(missing)}. Put it back from a copy.", returncode=1)


def _role(state: KeyState) -> str:
    if state.newest:
        return "wraps new ones"
    if not state.in_ring:
        return "MISSING from the ring"
    return "opens older ones" if state.data_keys else "wraps nothing: rotate_keys --forget-old takes it out"
