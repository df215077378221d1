"""Who of the demo practised what, and when: eight weeks, in which one agent gets better after a training."""

from testcases.demo.practice import Exercise, skilled

TRAINED, TRAINING, TRAINED_DAYS_AGO = "daniel", "en/price-before-value", 26.0

_OVEN, _YOGA, _OFFICE = "en/price-oven-service", "en/timing-yoga-software", "en/close-office-cleaning"
_FREIGHT, _PARCEL, _DENTIST = "en/competitor-freight", "en/serve-late-parcel", "en/trust-dental-it"
_BEFORE, _AFTER = skilled(0.7, 0.25, 0.25, 0.5), skilled(0.9, 0.85, 0.9, 0.85)
_STEADY, _STRONG = skilled(0.6, 0.5, 0.55, 0.6), skilled(0.95, 0.9, 0.95, 0.95)
_LUCIA = skilled(0.8, 0.7, 0.7, 0.8)


def _plan() -> tuple[Exercise, ...]:
    early = [(54, _OVEN), (51, _OFFICE), (47, _YOGA), (44, _PARCEL), (40, _OVEN), (36, _OFFICE), (32, _FREIGHT)]
    late = [(23, _OVEN), (20, _PARCEL), (16, _OFFICE), (12, _YOGA), (8, _FREIGHT), (3, _OVEN)]
    again = [("price-oven-service", 48, 19), ("serve-late-parcel", 37, 10), ("close-office-cleaning", 29, 4)]
    rows = [Exercise("daniel", days, key, _BEFORE) for days, key in early]
    rows += [Exercise("daniel", days - 0.2, key, _AFTER) for days, key in late]
    rows += [Exercise("tom", days - 0.4, key, _STEADY) for days, key in (*early, *late)]
    rows += [Exercise("grace", days - 0.1, key, _STRONG) for days, key in (*early[1:], *late[1:])]
    rows += [Exercise("grace", 27.3, _DENTIST, _STRONG), Exercise("grace", 6.6, _DENTIST, _STRONG)]
    rows += [Exercise("tom", 5.2, _DENTIST, _STEADY)]
    rows += [Exercise("lucia", day - 0.3, f"es/{key}", _LUCIA) for key, *days in again for day in days]
    return tuple(sorted(rows, key=lambda row: -row.days_ago))


HISTORY = _plan()

# Figures of the demo's own company, as it would import them.
BENCHMARKS = """kind,skill,test_type,difficulty_level,value,n,source,year
pass_rate,,,beginner,75,64,Luna Solar: assessment of last year,2025
pass_rate,,,intermediate,60,41,Luna Solar: assessment of last year,2025
score,objection_price,,,70,52,Luna Solar: assessment of last year,2025
score,next_step,,,72,52,Luna Solar: assessment of last year,2025
"""
