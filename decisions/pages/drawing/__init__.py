"""Charts of decisions in the manner of `analytics.charts`: a dataclass in, a Chart out. Pure."""

from decisions.pages.drawing.bands import Band, draw_band
from decisions.pages.drawing.calibration import Calibration, Point, draw_calibration
from decisions.pages.drawing.effects import Effects, Part, draw_effects
from decisions.pages.drawing.fan import Fan, Step, draw_fan
from decisions.pages.drawing.odds import Odds, Ratio, draw_odds

__all__ = [
    "Band", "Calibration", "Effects", "Fan", "Odds", "Part", "Point", "Ratio", "Step", "draw_band",
    "draw_calibration", "draw_effects", "draw_fan", "draw_odds",
]  # fmt: skip
