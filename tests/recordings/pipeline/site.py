"""An installation whose calls are worked on by real processes, and what must be true of a call there at its end."""

import struct

from recordings.models import PipelineStep
from recordings.pipeline.runner import STAGES
from salesiq.jobs.models import Job, JobStatus
from tests.installation import Installation
from tests.recordings.pipeline.processes import Processes
from tests.recordings.pipeline.rows import count_rows, document_of, files_of
from tests.recordings.pipeline.sounds import write_conversation

NAMES = [stage.name for stage in STAGES]
MANY_ATTEMPTS = 50


class Site:
    """An installation whose calls are worked on by processes that can be killed."""

    def __init__(self, made: Installation, processes: Processes) -> None:
        self.processes = processes
        self.installation = made
        self.rows = made.objects
        self.folder = made.data_dir
        self.conversation = write_conversation(made.data_dir / "conversation.wav").read_bytes()

    def receive(self, name: str, attempts: int = MANY_ATTEMPTS) -> dict[str, str]:
        """The same sound each time, in a file of its own; ids of its call and job."""
        note = name.encode().ljust(40)
        return self.receive_bytes(name, self.conversation + b"note" + struct.pack("<I", len(note)) + note, attempts)

    def receive_bytes(self, name: str, content: bytes, attempts: int = MANY_ATTEMPTS) -> dict[str, str]:
        path = self.folder / f"{name}.wav"
        path.write_bytes(content)
        return self.processes.call("receive", path=str(path), attempts=attempts)

    def job(self, ids: dict[str, str]) -> Job:
        return self.rows(Job).get(pk=ids["job"])

    def assert_as_if_undisturbed(self, ids: dict[str, str], reference: dict[str, str]) -> None:
        call, other = ids["call"], reference["call"]
        assert document_of(call, self.rows) == document_of(other, self.rows)
        assert count_rows(call, self.rows) == count_rows(other, self.rows)
        steps = self.rows(PipelineStep).filter(call=call, finished_at__isnull=False)
        assert sorted(step.stage for step in steps) == sorted(NAMES)
        assert files_of(call, self.folder / "media", self.rows) == {"received", "current"}
        assert not list((self.folder / "scratch").glob(f"{call}*"))
        job = self.job(ids)
        assert (job.status, job.lease_token, job.fraction) == (JobStatus.SUCCEEDED, None, 1.0)
