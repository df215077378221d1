"""salesiq: self-hosted sales-call intelligence."""

__version__ = "0.1.0"
