"""Whether a test is a good test: its criteria, its difficulty, what it tells apart, whom it treats otherwise."""
