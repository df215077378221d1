"""Statistics that several analyses share. Pure."""
