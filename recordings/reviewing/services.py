"""All that can be done with reviews; pages, admin screens, the API and other rooms come through here.

Each service owns its transaction, checks who may do it and what state the review is in (`transitions.TRANSITIONS`),
is audited with the states before and after, and is told to receivers of `recordings.signals.review_changed`.
"""

from recordings.reviewing.answering import (
    AnswerChange,
    answered_total,
    give_review,
    save_answers,
    start_review,
    submit_review,
)
from recordings.reviewing.appealing import (
    acknowledge_review,
    appeal_answer,
    close_review,
    close_reviews_that_are_over,
    decide_appeal,
    withdraw_appeal,
)
from recordings.reviewing.assigning import assign_review, cancel_review, reassign_review
from recordings.reviewing.reminding import remind_of_overdue
from recordings.reviewing.transitions import Event, may_happen

__all__ = [
    "AnswerChange",
    "Event",
    "acknowledge_review",
    "answered_total",
    "appeal_answer",
    "assign_review",
    "cancel_review",
    "close_review",
    "close_reviews_that_are_over",
    "decide_appeal",
    "give_review",
    "may_happen",
    "reassign_review",
    "remind_of_overdue",
    "save_answers",
    "start_review",
    "submit_review",
    "withdraw_appeal",
]
