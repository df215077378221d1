"""Saved searches, and trackers: what every call is listened for."""
