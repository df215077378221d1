"""Deterministic judges: a transcript and a rule in, a verdict with quoted evidence out."""
