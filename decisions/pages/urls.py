"""Addresses beside those of the tabs of analytics."""

from django.urls import path

from decisions.pages import findings, forecast_deals, model_cards, rules, work

urlpatterns = [
    path("analytics/decisions/work", work.work, name="analytics-decisions-work"),
    path("analytics/forecast/deals", forecast_deals.forecast_deals, name="analytics-forecast-deals"),
    path("analytics/findings/letters", findings.subscribe, name="analytics-findings-letters"),
    path("analytics/findings/<uuid:finding_id>", findings.finding, name="analytics-finding"),
    *(
        path(f"analytics/findings/<uuid:finding_id>/{action}", findings.act, {"action": action},
             name=f"analytics-finding-{action}")
        for action in findings.ACTS
    ),
    path("analytics/rules/new", rules.rule_new, name="analytics-rule-new"),
    path("analytics/rules/<uuid:rule_id>", rules.rule_edit, name="analytics-rule"),
    path("analytics/rules/<uuid:rule_id>/delete", rules.rule_delete, name="analytics-rule-delete"),
    path("analytics/models/fit", model_cards.fit, name="analytics-models-fit"),
    path("analytics/models/<uuid:model_id>", model_cards.model_card, name="analytics-model"),
]  # fmt: skip
