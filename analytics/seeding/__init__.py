"""Synthetic calls for benchmarks and for looking at pages with much on them. Invented, like nobody's."""
