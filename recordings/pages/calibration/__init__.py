"""The pages on which reviewers are calibrated, and what is known of agreement and of transcripts' accuracy."""
