"""Write demo/crm_earlier/*.csv: three and a half years of deals beside those of make_crm.py.

Enough for a season, a forecast and a cause: invented, the same each time. Two things are true in it, and the pages of
decisions should find them: deals that came by referral are won more often, and in the last year those that came by
social media are lost, and they are more than before. Nothing else moves the win rate but how well each agent sells.

    python demo/make_earlier_deals.py
"""

import csv
import random
from datetime import date, timedelta
from pathlib import Path

from make_crm import AGENTS, ANCHOR, LAST, LOST, PRODUCTS, SOURCES, STAGES, back

FOLDER = Path(__file__).parent / "crm_earlier"
MONTHS = 42
A_MONTH = 30
# How many deals begin in a month, January first: roofs are done in summer.
SEASON = (0.6, 0.7, 1.0, 1.2, 1.35, 1.4, 1.3, 1.1, 1.05, 0.95, 0.75, 0.6)
GROWTH_A_YEAR = 1.06
BASE = 0.42
EFFECT = {"Referral": 0.16, "Social media": 0.06}
FALL = -0.42
FELL_DAYS = 400
HEADER = ["deal id", "deal name", "lead id", "customer email", "customer id", "company", "owner", "product", "stage",
          "amount", "source", "region", "lost reason", "created on", "expected close", "closed on", *STAGES, "Roof",
          "Panels", "Battery"]  # fmt: skip


def begun(dice: random.Random) -> list[date]:
    """The days on which deals began, oldest first."""
    days = []
    for number in range(MONTHS * 30, 0, -1):
        day = back(number)
        if dice.random() < A_MONTH / 30 * SEASON[day.month - 1]:
            days.append(day)
    return days


def deal(key: str, created: date, dice: random.Random) -> list[object]:
    agent = dice.choices(AGENTS, weights=[row[5] for row in AGENTS])[0]
    is_late = (ANCHOR - created).days < FELL_DAYS
    shares = [row[1] * (2.2 if is_late and row[0] == "Social media" else 1) for row in SOURCES]
    source = dice.choices(SOURCES, weights=shares)[0][0]
    product = dice.choices(PRODUCTS, weights=[5, 5, 2])[0]
    steps = [created]
    for _ in range(3):
        steps.append(steps[-1] + timedelta(days=dice.randrange(3, 15)))
    late = FALL if source == "Social media" and is_late else 0.0
    won = dice.random() < BASE + EFFECT.get(source, 0) + late + (agent[3] - 0.35) * 0.5
    reached = 4 if won else dice.choices([1, 2, 3, 4], weights=[3, 4, 4, 1])[0]
    closed = steps[reached - 1] + timedelta(days=dice.randrange(4, 30))
    done = closed <= ANCHOR
    known = [day for day in steps[:reached] if day <= ANCHOR]
    entered = [known[place] if place < len(known) else None for place in range(len(STAGES))]
    years = (created - back(MONTHS * 30)).days / 365
    amount = round(product[2] * GROWTH_A_YEAR**years * dice.uniform(0.82, 1.15), -2)
    expected = max(created + timedelta(days=45), ANCHOR + timedelta(days=dice.randrange(4, 50)))
    stage = ("Won" if won else "Lost") if done else STAGES[len(known) - 1]
    return [key, f"{product[0]} for {LAST[dice.randrange(20)]}", "", "", "", "", agent[0], product[0], stage,
            int(amount), source, agent[2], dice.choice(LOST) if done and not won else "", created,
            None if done else expected, closed if done else None, *entered,
            dice.choice(["Tile", "Metal", "Flat", "Shingle"]), product[3] + dice.randrange(0, 5),
            "yes" if product[2] > 7000 else "no"]  # fmt: skip


def activities(deals: list[list[object]], dice: random.Random) -> list[list[object]]:
    """Most open deals were spoken about in the last days."""
    rows: list[list[object]] = []
    for row in deals:
        if row[15] is None and dice.random() < 0.85:
            day = max(back(dice.randrange(1, 9)), row[13])  # type: ignore[call-overload]
            rows.append([f"A{row[0]}", dice.choice(["Email", "Meeting"]), row[0], row[6], f"{day} 10:20:00", None,
                         "Asked what is missing"])  # fmt: skip
    return rows


def write(name: str, header: list[str], rows: list[list[object]]) -> None:
    with (FOLDER / f"earlier_{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([["" if cell is None else cell for cell in row] for row in rows])


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    dice = random.Random(20260106)
    deals = [deal(f"E{place:04}", day, dice) for place, day in enumerate(begun(dice))]
    write("deals", HEADER, deals)
    write("activities", ["activity id", "type", "deal id", "owner", "time", "seconds", "subject"],
          activities(deals, dice))  # fmt: skip


if __name__ == "__main__":
    main()
