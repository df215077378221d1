"""Write the demo's CRM export, demo/crm/*.csv: invented, the same each time. `make demo` imports it as any other.

Days count back from ANCHOR; the import moves them by whole weeks to the day of the first `make demo`, so that Mondays
stay Mondays. People, firms and domains are invented; `.example` belongs to nobody (RFC 2606).

    python demo/make_crm.py
"""

import csv
import random
from datetime import date, datetime, timedelta
from pathlib import Path

ANCHOR = date(2026, 1, 5)
FOLDER = Path(__file__).parent / "crm"
DAYS = 456
# Name, team, region, how well they sell, how well they speak, calls a week.
AGENTS = [
    ("Daniel Reed", "West", "Oregon", 0.34, 74, 3.2),
    ("Tom Fraser", "West", "Washington", 0.22, 61, 3.6),
    ("Priya Nair", "West", "Oregon", 0.46, 83, 2.9),
    ("Owen Blake", "West", "Colorado", 0.28, 69, 2.4),
    ("Grace Bennett", "South and Spain", "Texas", 0.48, 86, 3.0),
    ("Lucía Ortega", "South and Spain", "Andalucía", 0.40, 80, 2.8),
    ("Mateo Ruiz", "South and Spain", "Comunitat Valenciana", 0.33, 72, 2.5),
    ("Hannah Price", "East", "New York", 0.38, 77, 2.6),
    ("Isaac Moreau", "East", "Vermont", 0.20, 58, 2.2),
    ("Nora Lindqvist", "East", "New York", 0.42, 81, 2.7),
]
SPANISH = {"Lucía Ortega", "Mateo Ruiz"}
# Source, share of leads, how well its leads become deals, cost of a month.
SOURCES = [
    ("Web search", 34, 0.42, 2600), ("Referral", 18, 0.72, 0), ("Trade fair", 10, 0.50, 1900),
    ("Social media", 24, 0.30, 1750), ("Door flyer", 14, 0.24, 620),
]  # fmt: skip
CAMPAIGNS = {"Web search": ["Summer roofs", "Battery guide"], "Social media": ["Neighbours", "Battery guide"]}
PRODUCTS = [("Starter package", "Panels", 7000, 6), ("Family package", "Panels and battery", 11900, 12),
            ("Complete package", "Panels and battery", 16000, 16)]  # fmt: skip
STAGES = ["Inquiry", "Site visit", "Offer sent", "Contract"]
LOST = ["Price", "Chose another supplier", "Roof not suitable", "Waits for a subsidy", "No answer any more"]
KINDS = ["Bakery", "Dental Clinic", "Garage", "Winery", "Guest House", "Brewery", "Nursery", "Print Shop",
         "Yoga Studio", "Animal Hospital", "Bookshop", "Farm"]  # fmt: skip
INDUSTRIES = {"Bakery": "Food", "Dental Clinic": "Health", "Garage": "Trades", "Winery": "Farming",
              "Guest House": "Hospitality", "Brewery": "Food", "Nursery": "Farming", "Print Shop": "Trades",
              "Yoga Studio": "Leisure", "Animal Hospital": "Health", "Bookshop": "Retail",
              "Farm": "Farming"}  # fmt: skip
FIRST = ["Alma", "Bruno", "Clara", "Dario", "Elsa", "Felix", "Greta", "Hugo", "Irene", "Jonas", "Kira", "Leon", "Marta",
         "Nils", "Olive", "Pablo", "Ruth", "Simon", "Tessa", "Victor"]  # fmt: skip
LAST = ["Abbott", "Becerra", "Calloway", "Dunmore", "Esparza", "Farrow", "Gallego", "Hollis", "Ibarra", "Jessop",
        "Kettle", "Lozano", "Merrick", "Navarro", "Oakley", "Prieto", "Quimby", "Rowan", "Salcedo",
        "Tilley"]  # fmt: skip
# The people of the demo's recorded calls, each with a deal: id of the customer, agent, product, stage, outcome.
HEARD = [
    ("mark-dalton", "Grace Bennett", 1, "Won", 3), ("helen-marsh", "Daniel Reed", 1, "Site visit", 0),
    ("karen-wells", "Tom Fraser", 0, "Lost", 6), ("susan-parker", "Daniel Reed", 2, "Offer sent", 0),
    ("brian-cooper", "Tom Fraser", 0, "Inquiry", 0), ("javier-molina", "Lucía Ortega", 1, "Won", 2),
    ("andres-vega", "Lucía Ortega", 2, "Site visit", 0), ("miguel-santos", "Lucía Ortega", 1, "Inquiry", 0),
]  # fmt: skip

Row = list[object]


def write(name: str, header: list[str], rows: list[Row]) -> None:
    with (FOLDER / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([["" if cell is None else cell for cell in row] for row in rows])


def back(days: float) -> date:
    return ANCHOR - timedelta(days=int(days))


class Market:
    """The people and deals of fifteen months; one generator, so that each run gives the same."""

    def __init__(self) -> None:
        self.dice = random.Random(20260105)
        self.companies: list[Row] = []
        self.leads: list[Row] = []
        self.deals: list[Row] = []
        self.activities: list[Row] = []
        self.tasks: list[Row] = []
        self.purchases: list[Row] = []
        self.calls: list[Row] = []
        self.people: list[tuple[str, str, str]] = []  # e-mail, company, agent

    def make(self) -> None:
        for number in range(40):
            self.company(number)
        for number in range(300):
            self.lead(number)
        for customer, agent, product, stage, days in HEARD:
            self.heard(customer, agent, product, stage, days)
        for name, _team, region, skill, quality, weekly in AGENTS:
            for _ in range(int(weekly * DAYS / 7 * 0.62)):
                self.call(name, region, skill, quality)
        self.activities.sort(key=lambda row: str(row[4]))
        self.calls.sort(key=lambda row: str(row[3]))

    def company(self, number: int) -> None:
        kind = KINDS[number % len(KINDS)]
        name = f"{LAST[(number * 7) % len(LAST)]} {kind}"
        agent = AGENTS[number % len(AGENTS)]
        domain = f"{name.lower().replace(' ', '-')}-{number}.example"
        revenue = self.dice.randrange(120, 4200) * 1000
        self.companies.append([f"C{number:03}", f"{name} {number}" if self.taken(name) else name, INDUSTRIES[kind],
                               "Spain" if agent[0] in SPANISH else "United States", agent[2],
                               self.dice.randrange(2, 90), revenue, self.dice.randrange(1968, 2022),
                               domain])  # fmt: skip

    def taken(self, name: str) -> bool:
        return any(row[1] == name for row in self.companies)

    def lead(self, number: int) -> None:
        dice = self.dice
        agent = dice.choices(AGENTS, weights=[row[5] for row in AGENTS])[0]
        source = dice.choices(SOURCES, weights=[row[1] for row in SOURCES])[0]
        created = back(DAYS * (1 - (number + dice.random()) / 300))
        first, last = FIRST[number % 20], LAST[(number * 13 + number // 20) % 20]
        email = f"{first}.{last}{number}@mail.example".lower()
        company = dice.choice(self.companies)[1] if dice.random() < 0.45 else ""
        converts = dice.random() < source[2] * (0.7 + agent[3])
        converted = created + timedelta(days=dice.randrange(1, 12))
        became = converts and converted <= ANCHOR
        status = "Converted" if became else dice.choice(["New", "Working"]) if (ANCHOR - created).days < 25 else (
            dice.choice(["Qualified", "Disqualified", "Disqualified"]))  # fmt: skip
        campaign = dice.choice(CAMPAIGNS[source[0]]) if source[0] in CAMPAIGNS else ""
        self.leads.append([f"L{number:03}", first, last, email, company, agent[0], status, source[0], campaign,
                           agent[2], created, converted if became else None])  # fmt: skip
        self.people.append((email, str(company), agent[0]))
        if became:
            self.deal(f"D{number:03}", f"L{number:03}", email, str(company), agent, source[0], converted)

    def deal(self, key: str, lead: str, email: str, company: str, agent: tuple, source: str, created: date) -> None:
        dice = self.dice
        product = dice.choices(PRODUCTS, weights=[3, 5, 3] if company else [6, 4, 1])[0]
        chance = agent[3] + (0.12 if source == "Referral" else 0) - (0.07 if product[2] > 15000 else 0)
        won = dice.random() < chance + 0.12
        steps = [created]
        reached = 4 if won else dice.choices([1, 2, 3, 4], weights=[3, 4, 4, 1])[0]
        for _ in range(reached - 1):
            steps.append(steps[-1] + timedelta(days=dice.randrange(3, 17)))
        closed = steps[-1] + timedelta(days=dice.randrange(5, 38))
        known = [day for day in steps if day <= ANCHOR]
        done = closed <= ANCHOR
        stage = ("Won" if won else "Lost") if done else STAGES[len(known) - 1]
        amount = round(product[2] * dice.uniform(0.88, 1.25), -2)
        entered = [known[place] if place < len(known) else None for place in range(len(STAGES))]
        expected = created + timedelta(days=45)
        name = f"{product[0]} for {company or email.split('@')[0].replace('.', ' ').title().rstrip('0123456789')}"
        self.deals.append([key, name, lead, email, "", company, agent[0], product[0], stage, int(amount), source,
                           agent[2], dice.choice(LOST) if done and not won else "", created,
                           None if done else max(expected, ANCHOR + timedelta(days=dice.randrange(4, 50))),
                           closed if done else None, *entered, dice.choice(["Tile", "Metal", "Flat", "Shingle"]),
                           product[3] + dice.randrange(0, 5), "yes" if product[2] > 7000 else "no"])  # fmt: skip
        self.work(key, email, agent[0], known, closed if done else None, won, stage)
        if done and won:
            self.purchases.append([f"P{key[1:]}", email, company, product[0], closed, 1, int(amount)])

    def heard(self, customer: str, agent: str, product: int, stage: str, days: int) -> None:
        row = next(each for each in AGENTS if each[0] == agent)
        name, _series, price, panels = PRODUCTS[product]
        created = back(24 if stage in ("Won", "Lost") else 12)
        place = STAGES.index(stage) if stage in STAGES else 3
        entered = [created + timedelta(days=3 * step) if step <= place else None for step in range(len(STAGES))]
        closed = back(days) if stage in ("Won", "Lost") else None
        expected = None if closed else ANCHOR + timedelta(days=21)
        self.deals.append([f"H-{customer}", f"{name} for {customer.replace('-', ' ').title()}", "", "", customer, "",
                           agent, name, stage, price, "Web search", row[2], "Price" if stage == "Lost" else "", created,
                           expected, closed, *entered, "Tile", panels, "yes" if price > 7000 else "no"])  # fmt: skip

    def work(
        self, key: str, email: str, agent: str, steps: list[date], closed: date | None, won: bool, stage: str
    ) -> None:
        kinds = ["Email", "Meeting", "Proposal", "Demo"]
        subjects = ["First answer", "Visit of the roof", "Offer", "Contract and dates"]
        for place, day in enumerate(steps):
            at = datetime.combine(day, datetime.min.time()) + timedelta(hours=self.dice.randrange(9, 18), minutes=20)
            length = self.dice.randrange(20, 90) * 60 if place in (1, 3) else None
            self.activities.append([f"A{key[1:]}-{place}", kinds[place], key, agent, at, length, subjects[place]])
            due = day + timedelta(days=self.dice.randrange(2, 9))
            late = self.dice.randrange(-2, 5)
            done = due + timedelta(days=max(late, -1))
            if self.dice.random() < 0.55:
                self.tasks.append([f"T{key[1:]}-{place}", f"{subjects[place]}: ask what is missing", agent, key, day,
                                   due, done if done <= ANCHOR and self.dice.random() < 0.9 else None])  # fmt: skip

    def call(self, agent: str, region: str, skill: float, quality: int) -> None:
        dice = self.dice
        day = back(DAYS * (1 - dice.random() ** 0.6))
        while day.weekday() > 4 and dice.random() < 0.9:
            day -= timedelta(days=1)
        hour = dice.choices(range(8, 20), weights=[2, 5, 8, 9, 6, 3, 5, 7, 8, 7, 4, 2])[0]
        at = datetime.combine(day, datetime.min.time()) + timedelta(hours=hour, minutes=dice.randrange(60))
        answered = dice.random() < (0.62 if hour in (12, 13) else 0.78)
        outcome = "no_answer"
        if answered:
            outcome = dice.choices(["converted", "qualified", "callback", "not_qualified"],
                                   weights=[skill * 0.55, skill, 0.25, 0.75 - skill])[0]  # fmt: skip
        seconds = int(dice.lognormvariate(5.6, 0.55)) if answered else dice.randrange(12, 45)
        score = min(99, max(25, dice.gauss(quality, 9))) if answered and dice.random() < 0.7 else None
        csat = min(5, max(1, round(dice.gauss(2.2 + quality / 40, 0.8)))) if answered and dice.random() < 0.35 else None
        mine = [person for person in self.people if person[2] == agent]
        email, _company, _agent = dice.choice(mine)
        kind = dice.choices(["inbound", "outbound", "follow_up"], weights=[3, 5, 2])[0]
        source = dice.choices([row[0] for row in SOURCES], weights=[row[1] for row in SOURCES])[0]
        self.calls.append([f"R{len(self.calls):04}", agent, email, at, seconds, kind, outcome, region, source,
                           "es" if agent in SPANISH else "en", f"{score:.1f}" if score else None, csat])  # fmt: skip


def months() -> list[tuple[date, date]]:
    """The months of the demo, as first and last day, counted back from the anchor in steps of 28 days: whole weeks."""
    found = []
    for number in range(17, -2, -1):
        first = ANCHOR - timedelta(days=28 * number)
        found.append((first, first + timedelta(days=27)))
    return found


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    market = Market()
    market.make()
    write_ground()
    write_market(market)
    write_plans()


def write_ground() -> None:
    write(
        "agents",
        ["name", "team", "region", "hired on"],
        [[name, team, region, back(2200 - 190 * place)] for place, (name, team, region, *_rest) in enumerate(AGENTS)],
    )
    write(
        "products",
        ["external id", "name", "product line", "list price"],
        [[f"PR{place}", name, line, price] for place, (name, line, price, _n) in enumerate(PRODUCTS, 1)],
    )


def write_market(market: Market) -> None:
    write("companies", ["company id", "name", "industry", "country", "region", "employees", "annual revenue", "founded",
                        "domain"], market.companies)  # fmt: skip
    write("leads", ["lead id", "first name", "last name", "email", "company", "owner", "status", "source", "campaign",
                    "region", "created on", "converted on"], market.leads)  # fmt: skip
    write("deals", ["deal id", "deal name", "lead id", "customer email", "customer id", "company", "owner", "product",
                    "stage", "amount", "source", "region", "lost reason", "created on", "expected close", "closed on",
                    *STAGES, "Roof", "Panels", "Battery"], market.deals)  # fmt: skip
    write("activities", ["activity id", "type", "deal id", "owner", "time", "seconds", "subject"], market.activities)
    write("tasks", ["task id", "subject", "owner", "deal id", "created on", "due on", "done on"], market.tasks)
    write(
        "purchases",
        ["purchase id", "customer email", "company", "product", "bought on", "quantity", "amount"],
        market.purchases,
    )
    write("calls", ["call id", "agent", "customer email", "started at", "duration", "call type", "outcome", "region",
                    "source", "language", "quality score", "csat"], market.calls)  # fmt: skip


def write_plans() -> None:
    write(
        "targets",
        ["metric", "team", "from", "to", "value"],
        [
            ["revenue", team, first, last, value]
            for first, last in months()
            for team, value in (("West", 84000), ("South and Spain", 76000), ("East", 68000))
        ],
    )
    write(
        "ad_costs",
        ["source", "campaign", "from", "to", "amount"],
        [
            [source, "", first, last, cost + (number * 37) % 300]
            for number, (first, last) in enumerate(months()[:-1])
            for source, _share, _chance, cost in SOURCES
            if cost
        ],
    )
    write(
        "standards",
        ["metric", "industry", "value", "published by", "year"],
        [
            [metric, "", value, "An example made for this demo, not a published figure", 2026]
            for metric, value in (("win_rate", 0.27), ("conversion_rate", 0.18), ("answer_rate", 0.70), ("csat", 4.0))
        ],
    )


if __name__ == "__main__":
    main()
