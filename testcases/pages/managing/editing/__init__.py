"""Writing a case without code: a form that is checked, described and tried while it is written."""
