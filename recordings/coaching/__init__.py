"""Coaching an agent: what the calls show, what is talked over, what is aimed at, and whether it moved."""
