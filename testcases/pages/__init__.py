"""Pages of test cases."""
