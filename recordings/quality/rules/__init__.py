"""The rules that criteria are measured by."""
