"""Recommendations and alerts: rules, what they find, what people do about it, and whether it worked."""
