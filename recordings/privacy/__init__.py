"""Consent, retention, legal hold, erasure and portability: on what ground a call is kept, and until when."""
