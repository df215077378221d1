"""The library of moments: clips worth hearing, and links to them."""
