"""Charts: one pure builder each, from a dataclass to a Chart that pages and reports show."""
