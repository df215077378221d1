"""Sound to words and speakers. Pure: no Django, no database."""
