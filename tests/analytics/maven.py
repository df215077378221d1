"""The maven set of sales (../shared/data/crm/maven), brought in by the importer; and read once more by pandas."""

from pathlib import Path

import pandas as pd
import pytest
from django.core.management import call_command

from tests.conftest import REAL_DATA
from tests.factories import make_client

FOLDER = REAL_DATA / "crm" / "maven"
FILES = {
    "accounts.csv": "companies",
    "products.csv": "products",
    "sales_teams.csv": "agents",
    "sales_pipeline.csv": "deals",
}


def maven_folder() -> Path:
    """Skips the test where the set is not at hand."""
    if not FOLDER.is_dir():
        pytest.skip("The maven set of sales (../shared/data/crm/maven) is not here.")
    return FOLDER


def import_maven(*, client=None):
    """The client that now has it. A few seconds."""
    folder = maven_folder()
    client = client or make_client(name="Maven", currency="USD")
    for name, kind in FILES.items():
        call_command("import_crm", str(folder / name), "--kind", kind, "--client", client.slug, verbosity=0)
    return client


def maven_deals() -> pd.DataFrame:
    """The deals as the file has them, beside each agent's team and each product's proper name ("GTXPro")."""
    folder = maven_folder()
    deals = pd.read_csv(folder / "sales_pipeline.csv", parse_dates=["engage_date", "close_date"])
    teams = pd.read_csv(folder / "sales_teams.csv")
    deals["product"] = deals["product"].replace({"GTXPro": "GTX Pro"})
    deals["quarter"] = deals["close_date"].dt.to_period("Q").dt.start_time
    return deals.merge(teams, on="sales_agent", how="left")
