"""Columns of groups for tests of pure statistics."""

from collections.abc import Iterable

from decisions.tables.columns import Coded, Coder


def coded(values: Iterable[object]) -> Coded:
    coder = Coder()
    for value in values:
        coder.add(value)
    return coder.done()
