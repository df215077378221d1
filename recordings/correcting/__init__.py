"""What people put right in transcripts, and how well machines do measured by it."""
