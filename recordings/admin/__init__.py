"""The back office of calls. Importing the modules registers their screens."""

from recordings.admin import calls, evidence, standards

__all__ = ["calls", "evidence", "standards"]
