"""What can go wrong with background work, in words for people."""


class JobError(Exception):
    """A task failed. `str(error)` is shown to people: a sentence that says what happened and what to do.

    Raised as it is, the job is tried again until its attempts are used up.
    """

    code = "job_failed"


class PermanentJobError(JobError):
    """A failure that another attempt cannot mend, e.g. a file without sound."""

    code = "job_failed_for_good"


class NotRetryableError(JobError):
    """Only failed and quarantined jobs can be started again."""

    code = "job_not_retryable"


class LeaseLost(Exception):  # noqa: N818 - what happened, not a defect
    """Another worker has taken the job over; whoever sees this must stop and write nothing more."""
