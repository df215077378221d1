"""One number for all rules of this package; it travels with every score so that an old one stays explained."""

QUALITY_RULES_VERSION = "1"
