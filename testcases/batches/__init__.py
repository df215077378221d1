"""Many runs at once, as a job that survives its worker."""
