"""Models kept: fitted on schedule, compared before they replace the one in use, and what they say of rows."""
