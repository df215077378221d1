"""The rows that were refused: a CSV with line, reason and the values as they stood in the file."""

import csv
import io
import tempfile
from collections import Counter
from collections.abc import Sequence
from typing import IO, cast

from django.conf import settings
from django.utils.translation import gettext as _

MOST_REASONS = 200
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_IN_MEMORY = 1 << 20


class Rejects:
    """Counts reasons, and keeps the rows in a temporary file until they are taken out with `file`."""

    def __init__(self, header: Sequence[str], *, keep: bool) -> None:
        self.count = 0
        self._width = len(header)
        self._reasons: Counter[str] = Counter()
        self._file = _scratch() if keep else None
        self.first: list[str] = []
        self._text = io.TextIOWrapper(self._file, "utf-8", newline="") if self._file else None
        self._rows = csv.writer(self._text) if self._text else None
        if self._rows and self._text:
            self._text.write("\ufeff")  # so that spreadsheets read it as UTF-8
            self._rows.writerow([_("line"), _("reason"), *map(harmless, header)])

    def add(self, line: int, cells: Sequence[str], reason: str, detail: str = "") -> None:
        self.count += 1
        known = reason in self._reasons or len(self._reasons) < MOST_REASONS
        self._reasons[reason if known else _("Other reasons; see the file of refused rows.")] += 1
        said = f"{reason} {detail}".strip()
        if len(self.first) < MOST_REASONS:
            self.first.append(_("Line %(line)d: %(reason)s") % {"line": line, "reason": said})
        if self._rows:
            shown = [cell.encode("utf-8", "replace").decode() for cell in cells]
            self._rows.writerow([line, harmless(said), *map(harmless, shown)])

    @property
    def reasons(self) -> dict[str, int]:
        """{reason: rows}, the most frequent first."""
        return dict(self._reasons.most_common())

    def file(self) -> IO[bytes] | None:
        """The CSV from its beginning; None where no row was refused or none is kept."""
        if not self.count or self._text is None or self._file is None:
            return None
        self._text.flush()
        self._file.seek(0)
        return self._file

    def close(self) -> None:
        if self._text is not None:
            self._text.close()


def _scratch() -> IO[bytes]:
    """A file that is gone when it is closed; small ones never reach the disk."""
    settings.SCRATCH_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    return cast(IO[bytes], tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY, dir=str(settings.SCRATCH_DIR)))


def harmless(cell: str) -> str:
    """`cell` so that a spreadsheet shows it and does not run it (OWASP, CSV injection); numbers stay numbers."""
    if cell.startswith(_FORMULA) and not cell[1:].replace(".", "", 1).replace(",", "").isdigit():
        return f"'{cell}"
    return cell
