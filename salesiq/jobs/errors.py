"""What can go wrong with background work, in words for people."""


class JobError(Exception):
    """A task failed. `str(error)` is shown to people: a sentence that says what happened and what to do.

    Raised as it is, the job is tried again until its attempts are used up.
    """

    code = "job_failed"


class PermanentJobError(JobError):
    """A failure that another attempt cannot mend, e.g. a file without sound."""

    code = "job_failed_for_good"


class JobStopped(JobError):  # noqa: N818 - nothing failed
    """The work must not go on, and nobody should try it again: the job ends as stopped, with this sentence."""

    code = "job_stopped"


class NotRetryableError(JobError):
    """Only failed and quarantined jobs can be started again."""

    code = "job_not_retryable"


class LeaseLost(Exception):  # noqa: N818 - what happened, not a defect
    """Another worker has taken the job over; whoever sees this must stop and write nothing more."""
