"""Pages that measure: insights, an agent's skills, experiments, and the tests themselves."""
