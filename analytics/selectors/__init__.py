"""What pages read beside answers of `analytics.asking`."""
