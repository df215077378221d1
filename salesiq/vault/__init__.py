"""Encryption at rest: keys, sealed files, sealed fields."""
