"""One thing after the other, or several at once where the endpoint takes them."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from prompts.evaluation.crew import Crew

Item = TypeVar("Item")


def for_each(items: Iterable[Item], do: Callable[[Item], None], *, at_once: int, report: Callable[[int], None]) -> None:
    """`do` each of `items`, `at_once` at a time; `report` hears how many are done. The first error ends it.

    With `at_once` 1 all happens in this thread; otherwise `do` runs in threads with a database connection each.
    """
    waiting = iter(items)
    if at_once <= 1:
        for done, item in enumerate(waiting, start=1):
            do(item)
            report(done)
        return
    crew: Any = Crew(lambda _name: next(waiting, None), do, lambda done, _seconds: report(done))  # type: ignore[arg-type, return-value]
    crew.work({"all": at_once})
