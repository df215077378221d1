"""Colours of the stylesheet hold WCAG 2.2 AA in both themes, computed from its tokens."""

import re
from pathlib import Path

import pytest

STYLES = Path(__file__).resolve().parents[3] / "static" / "salesiq" / "app.css"
TEXT, GRAPHIC = 4.5, 3.0
PAIRS = [
    *[(ink, paper, TEXT) for ink in ("text", "muted", "accent") for paper in ("bg", "surface", "raised", "sunken")],
    *[(ink, paper, TEXT) for ink in ("agent", "customer", "good", "bad", "caution") for paper in ("surface", "bg")],
    *[(ink, f"{ink}-soft", TEXT) for ink in ("accent", "agent", "customer", "good", "bad", "caution")],
    *[("text", paper, TEXT) for paper in ("agent-soft", "customer-soft", "mark")],
    ("on-accent", "accent-fill", TEXT),
    ("surface", "customer", TEXT),
    *[("line-strong", paper, GRAPHIC) for paper in ("surface", "raised", "bg")],
    *[(ink, "surface", GRAPHIC) for ink in ("accent-fill", "agent", "customer")],
]


def tokens(theme):
    """Colour tokens of `theme`: 0 is light, 1 is dark."""
    root = STYLES.read_text().split(":root {")[1].split("\n}")[0]
    found = {name: pair[theme] for name, *pair in
             re.findall(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", root)}  # fmt: skip
    return found | dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", root))


def luminance(colour):
    """Relative luminance, WCAG 2.2."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "paper", "least"), PAIRS)
def test_contrast(theme, ink, paper, least):
    colours = tokens(theme)
    light, dark = sorted((luminance(colours[ink]), luminance(colours[paper])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= least
