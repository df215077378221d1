"""Statistics of tests and experiments: numbers in, numbers out."""
