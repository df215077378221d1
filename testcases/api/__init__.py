"""The API of test cases."""
