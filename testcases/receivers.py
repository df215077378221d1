"""What test cases take part in elsewhere: checks of rules, and the calls and persons that are forgotten."""

from recordings.demo import register_part
from recordings.privacy.call_keepers import register_call_keeper
from testcases.content.reading import use_rule_check
from testcases.demo.building import build_test_cases
from testcases.forgetting import CaseKeeper
from testcases.judging.rules.forms import form_problems

use_rule_check(form_problems)
register_call_keeper(CaseKeeper())
register_part(build_test_cases, after_calls=True)
