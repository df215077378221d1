"""Rules over figures: a limit, a change, what is unusual for the season."""
