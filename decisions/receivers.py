"""What happens in other apps and is followed up here."""

from decisions.demo import build_decisions, build_earlier_deals
from recordings.demo import register_part

register_part(build_earlier_deals)
register_part(build_decisions, after_calls=True)
