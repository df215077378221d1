"""The library of moments: stretches of calls that are worth hearing, and links to them."""
