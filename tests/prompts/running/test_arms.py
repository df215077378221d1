"""Arms of experiments: stable, and in the proportion that was asked for."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prompts.running.arms import arm_of


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=20), st.text(max_size=20), st.integers(0, 100))
def test_a_unit_keeps_its_arm_and_once_in_b_stays_there_as_the_share_grows(salt, unit, percent):
    arm = arm_of(salt=salt, unit=unit, percent_b=percent)
    assert arm == arm_of(salt=salt, unit=unit, percent_b=percent)
    if arm == "B":
        assert arm_of(salt=salt, unit=unit, percent_b=min(percent + 10, 100)) == "B"
    assert arm_of(salt=salt, unit=unit, percent_b=0) == "A" and arm_of(salt=salt, unit=unit, percent_b=100) == "B"


def test_shares_come_out_as_asked():
    in_b = sum(arm_of(salt="salt", unit=str(number), percent_b=20) == "B" for number in range(10_000))
    assert 1_880 < in_b < 2_120  # three standard deviations of a binomial of 0.2
