"""What workers do for requests to models."""

from prompts.providers.ledger import close_lost
from salesiq.jobs.leases import Lease


def close_lost_exchanges(subject: str, lease: Lease) -> None:
    """Every ten minutes: requests whose process died."""
    close_lost()
