"""The look of PDF reports: A4, PT Sans with Cyrillic (SIL Open Font License), one accent colour, all lines vectors."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import fontpkg_pt_sans
from django.utils.translation import gettext as _
from fpdf import FPDF

FONT = "PT Sans"
FONTS = Path(fontpkg_pt_sans.__file__).parent / "files"
MARGIN, WIDTH, BOTTOM = 16.0, 210.0 - 2 * 16.0, 297.0 - 20.0

Colour = tuple[int, int, int]
INK: Colour = (28, 32, 51)
MUTED: Colour = (99, 106, 122)
FAINT: Colour = (228, 230, 238)
WASH: Colour = (246, 247, 251)
ACCENT: Colour = (79, 70, 229)
BAND: Colour = (224, 226, 252)
GOOD: Colour = (21, 115, 71)
BAD: Colour = (185, 28, 28)
WHITE: Colour = (255, 255, 255)


class Paper(FPDF):
    """A report under way. Lengths are millimetres; `y` is where the next block begins."""

    def __init__(self, *, title: str, owner: str, language: str, made_at: datetime) -> None:
        super().__init__(format="A4")
        self._heading, self._owner = title, owner
        for style, name in (("", "Regular"), ("B", "Bold"), ("I", "Italic")):
            self.add_font(FONT, style, FONTS / f"PT_Sans-Web-{name}.ttf")
        self.set_margins(MARGIN, MARGIN)
        self.c_margin = 0.0
        self.set_auto_page_break(True, margin=20)
        self.set_title(f"{title} – {owner}")
        self.set_author("salesiq")
        self.set_subject(title)
        self.set_lang(language)
        self.set_creation_date(made_at)
        self.set_display_mode("fullwidth", "continuous")
        self.add_page()

    # --- On every page ----------------------------------------------------------------------------------------------

    def header(self) -> None:
        self.set_fill_color(*ACCENT)
        self.rect(0, 0, 210, 3, style="F")
        if self.page_no() > 1:
            self.set_y(9)
            self.write_at(MARGIN, 9, f"{self._heading} · {self._owner}", size=8, colour=MUTED)
            self.set_y(18)

    def footer(self) -> None:
        self.set_y(-14)
        self.set_font(FONT, "", 8)
        self.set_text_color(*MUTED)
        self.cell(WIDTH / 2, 5, self._owner, align="L")
        pages = _("Page %(page)s of %(all)s") % {"page": self.page_no(), "all": "{nb}"}
        self.cell(WIDTH / 2, 5, pages, align="R")

    # --- Words ------------------------------------------------------------------------------------------------------

    def write_at(
        self, x: float, y: float, text: str, *, size: float = 9, colour: Colour = INK, bold: bool = False,
        width: float = 0, align: str = "L",
    ) -> None:  # fmt: skip
        """One line with its top at `y`; longer than `width`, it ends in an ellipsis."""
        self.set_font(FONT, "B" if bold else "", size)
        self.set_text_color(*colour)
        self.set_xy(x, y)
        # Zero-width bounds: what is too long would run into its neighbour.
        self.cell(width or self.get_string_width(text) + 1, size * 0.45, self.fit(text, width), align=align)

    def fit(self, text: str, width: float) -> str:
        """`text` in the current font, shortened to `width`."""
        if not width or self.get_string_width(text) <= width:
            return text
        while text and self.get_string_width(f"{text}…") > width:
            text = text[:-1]
        return f"{text.rstrip()}…"

    def section(self, title: str, *, needs: float = 30) -> None:
        """A heading that is in the outline too; on the next page where less than `needs` mm are left here."""
        if self.y + needs + 12 > BOTTOM:
            self.add_page()
        top = self.y + (5 if self.y > 25 else 0)
        self.set_y(top)
        self.start_section(title)
        self.write_at(MARGIN, top, title, size=13, bold=True)
        self.set_y(top + 9)

    def paragraph(self, text: str, *, size: float = 9, colour: Colour = MUTED) -> None:
        self.set_font(FONT, "", size)
        self.set_text_color(*colour)
        self.set_x(MARGIN)
        self.multi_cell(WIDTH, size * 0.5, text, new_x="LMARGIN", new_y="NEXT")

    # --- Lines ------------------------------------------------------------------------------------------------------

    @contextmanager
    def stroke(self, colour: Colour, width: float = 0.2) -> Iterator[None]:
        self.set_draw_color(*colour)
        self.set_line_width(width)
        yield
        self.set_line_width(0.2)

    def rule(self, x: float, y: float, to_x: float, colour: Colour = FAINT, width: float = 0.2) -> None:
        with self.stroke(colour, width):
            self.line(x, y, to_x, y)

    def box(self, x: float, y: float, width: float, height: float, *, fill: Colour, radius: float = 1.5) -> None:
        self.set_fill_color(*fill)
        self.rect(x, y, width, height, style="F", round_corners=True, corner_radius=radius)

    def bar(self, x: float, y: float, width: float, height: float, colour: Colour) -> None:
        if width > 0:
            self.set_fill_color(*colour)
            self.rect(x, y, width, height, style="F")
