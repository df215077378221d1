"""What workers run for exports and scheduled reports."""

from django.utils.translation import gettext as _

from analytics.models import DataExport, ReportRun
from analytics.reports import exports, schedules
from salesiq.jobs.errors import PermanentJobError
from salesiq.jobs.leases import Lease


def make_export(subject: str, lease: Lease) -> None:
    """Make the file of the export with the id `subject`."""
    export = DataExport.objects.select_related("client", "user").filter(pk=subject).first()
    if export is None:
        raise PermanentJobError(_("The export was removed before it was made."))
    exports.run_export(export=export, lease=lease)


def expire_exports(subject: str, lease: Lease) -> None:
    """Every hour: files whose days are over go."""
    exports.expire_exports()


def start_reports(subject: str, lease: Lease) -> None:
    """Every five minutes: scheduled reports that are due are begun, each once."""
    schedules.start_due_reports()


def make_report(subject: str, lease: Lease) -> None:
    """Make and send the scheduled report whose run has the id `subject`."""
    run = ReportRun.objects.select_related("schedule__client", "schedule__user").filter(pk=subject).first()
    if run is None:
        raise PermanentJobError(_("The report was removed before it was made."))
    schedules.run_report(run=run, lease=lease)
