import tomllib

import pytest

from recordings.models import JurisdictionRule, PartyRule
from recordings.privacy.consent import policy_of
from recordings.privacy.jurisdiction import SHIPPED, Known, find_rule, place_of, ship_rules
from tests.factories import make_client, make_customer
from tests.recordings.factories import make_call

ALL, ONE = PartyRule.ALL_PARTY, PartyRule.ONE_PARTY
RULES = [
    Known(row["code"], tuple(row["names"]), row["rule"], row["source"])
    for row in tomllib.loads(SHIPPED.read_text(encoding="utf-8"))["rules"]
]


@pytest.mark.parametrize(
    ("region", "code", "rule"),
    [
        ("California", "US-CA", ALL),
        ("san diego, CA", "US-CA", ALL),
        ("US-WA", "US-WA", ALL),
        ("Austin, TX", "US", ONE),
        ("Oregon", "US", ONE),
        ("Colorado", "US", ONE),
        ("Comunitat Valenciana", "ES", ONE),
        ("Bavaria", "DE", ALL),
        ("Great Britain", "GB", ONE),
        ("Москва", "RU", ALL),
        ("Toronto (Canada)", "CA", ALL),
    ],
)
def test_a_region_is_known_by_its_code_or_by_a_name_within_it(region, code, rule):
    found = find_rule(region, RULES)
    assert (found.code, found.rule) == (code, rule)


@pytest.mark.parametrize("region", ["", "Atlantis", "IN", "Georgia", "CO", "unitedstates"])
def test_what_is_unknown_or_unclear_has_no_rule(region):
    assert find_rule(region, RULES) is None


def test_of_several_rules_the_strictest_of_the_closest_counts():
    country, strict, mild = (
        Known("XX", ("Land",), ALL, ""),
        Known("XX-A", ("A",), ALL, ""),
        Known("XX-B", ("B",), ONE, ""),
    )
    assert find_rule("A, B, Land", [country, mild, strict]).code == "XX-A"
    assert find_rule("B, Land", [country, mild, strict]).code == "XX-B"


def test_a_clients_own_rule_goes_before_the_shipped_one():
    own = Known("US-CA", ("Kalifornien",), ONE, "Our counsel, 2026", own=True)
    assert find_rule("US-CA", [own, *RULES]) == find_rule("US-CA", [*RULES, own]) == own
    assert find_rule("California", [own, *RULES]).rule == ALL  # a name that the client left to the shipped rule


def test_every_shipped_rule_names_its_source_and_is_shipped_once(db):
    assert all(rule.source.endswith(".") and len(rule.source) > 20 for rule in RULES)
    assert len({rule.code for rule in RULES}) == len(RULES) > 35
    ship_rules()
    edited = JurisdictionRule.objects.get(client=None, code="DE")
    edited.source = "Ask counsel."
    edited.save()
    assert ship_rules() == 0
    assert JurisdictionRule.objects.get(client=None, code="DE").source == "Ask counsel."


def test_a_call_is_where_it_says_or_its_customer_is_or_the_client_supposes(db):
    ship_rules()
    client = make_client()
    policy = policy_of(client)
    policy.default_region, policy.default_rule = "Spain", ALL
    customer = make_customer(client=client, region="California")
    places = [
        make_call(client=client, published=False, customer=customer, region="Texas"),
        make_call(client=client, published=False, customer=customer),
        make_call(client=client, published=False, customer=None),
        make_call(client=client, published=False, customer=None, region="Atlantis"),
    ]
    assert [place_of(call, policy).code for call in places] == ["US", "US-CA", "ES", ""]
    assert [place_of(call, policy).rule for call in places] == [ONE, ALL, ONE, ALL]
