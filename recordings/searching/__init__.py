"""Full text over what was said: one interface (`finding`, `matching`), one back end for each database."""
