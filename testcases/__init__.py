"""Scenarios with criteria: played against a simulated customer, run over calls and prompts, judged with evidence."""
