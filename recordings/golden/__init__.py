"""Cases whose right answer people have given: what prompts and scorecards are tested on."""
