"""The back office of test cases. Importing the modules registers their screens; work is done on their pages."""

from testcases.admin import cases, practice

__all__ = ["cases", "practice"]
