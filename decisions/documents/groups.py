"""Groups that are none of the record's own."""

# The row said nothing.
MISSING = "(missing)"
# Groups too small or too many to be told one by one.
OTHERS = "(others)"
