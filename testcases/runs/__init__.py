"""Runs: what is judged by a case, and what people say of the verdicts."""
