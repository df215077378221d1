"""Which split of a change is told first."""

import pytest

from decisions.documents import MISSING
from decisions.pages.reasons import telling


def split(by, *effects, says="rate"):
    keys = ("key", "share_before", "share_after", "rate")
    return {"by": by, "says": says, "effects": [dict(zip(keys, each, strict=True), mix=0, both=0) for each in effects]}


def test_one_group_that_fell_alone_is_told_before_a_large_group_that_fell_with_all():
    source = split("source", ("social", 0.3, 0.3, -0.10), ("web", 0.7, 0.7, -0.02))
    industry = split("industry", (MISSING, 0.9, 0.9, -0.11), ("farms", 0.1, 0.1, -0.01))
    assert telling({"decompositions": [industry, source]}) is source


@pytest.mark.parametrize("says", ["noise", "nothing"])
def test_a_split_within_chance_tells_nothing(says):
    assert telling({"decompositions": [split("source", ("social", 0.3, 0.3, -0.10), says=says)]}) is None
