"""Texts as the world writes them become days, times, numbers, money. Pure: no database."""
