"""Charts: one pure builder each, from a dataclass to a Chart that pages and reports show."""

from analytics.charts.bars import Bars, Stack, draw_bars, draw_stack
from analytics.charts.chart import Chart, Entry, Legend, Spot, Table, resolve_colours
from analytics.charts.course import Annotation, Course, Line, draw_course
from analytics.charts.dots import Dots, draw_dots
from analytics.charts.heat import Week, draw_week
from analytics.charts.numbers import Numbers
from analytics.charts.spark import Spark, draw_spark

__all__ = [
    "Annotation",
    "Bars",
    "Chart",
    "Course",
    "Dots",
    "Entry",
    "Legend",
    "Line",
    "Numbers",
    "Spark",
    "Spot",
    "Stack",
    "Table",
    "Week",
    "draw_bars",
    "draw_course",
    "draw_dots",
    "draw_spark",
    "draw_stack",
    "draw_week",
    "resolve_colours",
]
