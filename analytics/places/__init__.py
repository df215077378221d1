"""Regions as people write them, matched to countries, and the map of the world that they are drawn on."""

from analytics.places.boundaries import HEIGHT, WIDTH, Outline, outlines
from analytics.places.names import Place, place_named

__all__ = ["HEIGHT", "WIDTH", "Outline", "Place", "outlines", "place_named"]
