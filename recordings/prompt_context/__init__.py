"""What prompts are filled from a call: its words, what was found in them, its people, its script, earlier reviews."""
