"""The stages of a script as the editor shows and reads them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from recordings.pages.standards.posted import Posted, new_key, tokens
from recordings.pages.standards.questions import number_text, shares_of
from recordings.quality.faults import Fault

FIELDS = ("name", "goal", "weight", "required", "optional", "forbidden", "key")
LISTS = ("required", "optional", "forbidden")


@dataclass(frozen=True, slots=True)
class StageField:
    """One stage as its row of the editor. Values stand as they were written, also wrong ones."""

    token: str
    values: Mapping[str, Any]
    share: str
    fault: Fault | None = None
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def weight(self) -> str:
        return number_text(self.values.get("weight"))

    @property
    def required(self) -> str:
        return "\n".join(self.values.get("required", ()))

    @property
    def optional(self) -> str:
        return "\n".join(self.values.get("optional", ()))

    @property
    def forbidden(self) -> str:
        return "\n".join(self.values.get("forbidden", ()))


def stage_fields(stages: Sequence[Mapping[str, Any]], faults: Mapping[int, Fault]) -> list[StageField]:
    shares = shares_of(stages)
    return [_stage(f"q{index}", row, shares[index], faults.get(index)) for index, row in enumerate(stages)]


def blank_stage() -> StageField:
    """What a new stage begins as; the editor puts its token in the place of `__TOKEN__`."""
    return _stage("__TOKEN__", {"name": "", "weight": 10}, "", None)


def read_stage_rows(data: QueryDict) -> list[dict[str, Any]]:
    """The stages as posted, in the JSON form; wrong values stand as they were written."""
    rows = [_read(Posted(data, token)) for token in tokens(data) if token.startswith("q")]
    taken = [row["key"] for row in rows if row["key"]]
    for row in rows:
        if not row["key"]:
            row["key"] = new_key(row["name"], taken, "stage")
            taken.append(row["key"])
    return rows


def _read(posted: Posted) -> dict[str, Any]:
    lines = {name: posted.lines(name) for name in LISTS}
    return {"key": posted.text("key"), "name": posted.text("name"), "goal": posted.text("goal"),
            "weight": posted.number("weight"), **lines}  # fmt: skip


def _stage(token: str, values: Mapping[str, Any], share: str, fault: Fault | None) -> StageField:
    # A stage with no line to listen for is told at the list that has none.
    where = (fault.field or ("required" if "line" in fault.sentence else "name")) if fault else ""
    return StageField(token, values, share, fault, {where: fault.sentence} if fault else {})
