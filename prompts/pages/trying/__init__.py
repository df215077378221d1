"""Trying a prompt: filled from a record or by hand, several versions and models side by side."""
