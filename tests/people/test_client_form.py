import pytest

from salesiq.people.client_form import ClientForm
from tests.factories import make_client

GOOD = {"name": "Acme", "slug": "acme", "time_zone": "Europe/Madrid"}


def test_lists_are_typed_as_lines(db):
    form = ClientForm(GOOD | {"product_names": "Roof\n\n Battery ", "agent_channels": "pbx: left\ndialer: 1"})
    client = form.save()
    assert client.product_names == ["Roof", "Battery"]
    assert client.agent_channels == {"pbx": 0, "dialer": 1}


def test_a_saved_map_is_shown_as_it_is_typed(db):
    client = make_client(agent_channels={"pbx": 0}, product_names=["Roof"])
    html = ClientForm(instance=client).as_p()
    assert "pbx: 0" in html
    assert ">\nRoof<" in html


@pytest.mark.parametrize("line", ["pbx", "pbx: middle", ": left", "pbx: 99"])
def test_a_line_that_cannot_be_read_is_named(line, db):
    form = ClientForm(GOOD | {"agent_channels": line})
    assert line in form.errors["agent_channels"][0]


def test_a_time_zone_nobody_knows_is_refused(db):
    assert "Mars/Olympus" in ClientForm(GOOD | {"time_zone": "Mars/Olympus"}).errors["time_zone"][0]
