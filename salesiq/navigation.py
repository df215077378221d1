"""The back office's menu, by what people come for rather than by app; and its colours."""

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# Tailwind's indigo, which the pages use too.
PRIMARY = {
    "50": "oklch(96.2% .018 272.314)",
    "100": "oklch(93% .034 272.788)",
    "200": "oklch(87% .065 274.039)",
    "300": "oklch(78.5% .115 274.713)",
    "400": "oklch(67.3% .182 276.935)",
    "500": "oklch(58.5% .233 277.117)",
    "600": "oklch(51.1% .262 276.966)",
    "700": "oklch(45.7% .24 277.023)",
    "800": "oklch(39.8% .195 277.366)",
    "900": "oklch(35.9% .144 278.697)",
    "950": "oklch(25.7% .09 281.288)",
}


def _may_open(app: str, model: str) -> Callable[[HttpRequest], bool]:
    def may(request: HttpRequest) -> bool:
        site = import_string("django.contrib.admin.site")
        screen = site._registry.get(apps.get_model(app, model))
        if screen is None or not site.has_permission(request):
            return False
        return bool(screen.has_module_permission(request) and screen.has_view_permission(request))

    return may


def _item(title: Any, icon: str, app: str, model: str) -> dict[str, Any]:
    link = reverse_lazy(f"admin:{app}_{model}_changelist")
    return {"title": title, "icon": icon, "link": link, "permission": _may_open(app, model)}


def _group(title: Any, *items: dict[str, Any]) -> dict[str, Any]:
    return {"title": title, "separator": True, "items": list(items)}


SIDEBAR: dict[str, Any] = {
    "show_search": False,
    "navigation": [
        _group(
            _("Calls"),
            _item(_("Calls"), "call", "recordings", "salescall"),
            _item(_("Follow-ups"), "task_alt", "recordings", "followup"),
            _item(_("Objections"), "contract_delete", "recordings", "objection"),
            _item(_("Scores"), "star", "recordings", "score"),
            _item(_("Reviews"), "rate_review", "recordings", "review"),
            _item(_("Appeals"), "gavel", "recordings", "appeal"),
            _item(_("Transcripts"), "notes", "recordings", "transcript"),
            _item(_("Recordings"), "graphic_eq", "recordings", "recording"),
            _item(_("Changes to many"), "library_add_check", "recordings", "bulkchange"),
        ),
        _group(
            _("Prompts"),
            _item(_("Prompts"), "edit_note", "prompts", "prompt"),
            _item(_("Runs"), "smart_toy", "prompts", "promptrun"),
            _item(_("Data sets"), "dataset", "prompts", "dataset"),
            _item(_("Evaluations"), "grid_on", "prompts", "evaluation"),
        ),
        _group(
            _("Test cases"),
            _item(_("Test cases"), "quiz", "testcases", "testcase"),
            _item(_("Suites"), "playlist_add_check", "testcases", "suite"),
            _item(_("Runs of test cases"), "fact_check", "testcases", "caserun"),
            _item(_("Assignments"), "assignment_ind", "testcases", "assignment"),
            _item(_("Trainings"), "school", "testcases", "training"),
            _item(_("Benchmarks"), "leaderboard", "testcases", "benchmark"),
        ),
        _group(
            _("Decisions"),
            _item(_("Recommendations"), "lightbulb", "decisions", "finding"),
            _item(_("Alert rules"), "notifications_active", "decisions", "alertrule"),
            _item(_("Subscriptions to recommendations"), "mark_email_read", "decisions", "advicesubscription"),
            _item(_("Models that predict"), "model_training", "decisions", "predictivemodel"),
            _item(_("Chances of stages"), "stacked_bar_chart", "decisions", "stagechance"),
            _item(_("Adjustments of the forecast"), "tune", "decisions", "forecastadjustment"),
            _item(_("Forecasts as they were"), "history", "decisions", "forecastsnapshot"),
        ),
        _group(
            _("CRM"),
            _item(_("Deals"), "handshake", "crm", "deal"),
            _item(_("Leads"), "person_search", "crm", "lead"),
            _item(_("Companies"), "domain", "crm", "company"),
            _item(_("Contacts"), "contact_page", "crm", "contact"),
            _item(_("Products"), "inventory_2", "crm", "product"),
            _item(_("Activities"), "event_note", "crm", "activity"),
            _item(_("Tasks"), "checklist_rtl", "crm", "task"),
            _item(_("Purchases"), "shopping_cart", "crm", "purchase"),
            _item(_("Targets"), "flag", "crm", "target"),
            _item(_("Advertising costs"), "payments", "crm", "adcost"),
            _item(_("Industry standards"), "leaderboard", "crm", "industrystandard"),
            _item(_("Agents in the CRM"), "badge", "crm", "agentprofile"),
        ),
        _group(
            _("Imports"),
            _item(_("Imports"), "upload_file", "crm", "importrun"),
            _item(_("Import sources"), "table_chart", "crm", "importsource"),
            _item(_("Custom fields"), "data_object", "crm", "customfield"),
            _item(_("Stages"), "steps", "crm", "stage"),
            _item(_("Exchange rates"), "currency_exchange", "crm", "exchangerate"),
        ),
        _group(
            pgettext_lazy("what calls are measured by", "Standards"),
            _item(_("Scripts"), "list_alt", "recordings", "script"),
            _item(_("Scorecards"), "checklist", "recordings", "scorecard"),
            _item(_("Golden set"), "verified", "recordings", "goldenexample"),
            _item(_("Trackers"), "hearing", "recordings", "tracker"),
            _item(_("Runs of trackers"), "manage_search", "recordings", "trackerrun"),
            _item(_("Sampling plans"), "filter_alt", "recordings", "samplingplan"),
            _item(_("Sampling runs"), "casino", "recordings", "samplingrun"),
        ),
        _group(
            _("Language models"),
            _item(_("Providers"), "hub", "prompts", "modelprovider"),
            _item(_("Models"), "smart_toy", "prompts", "languagemodel"),
            _item(_("Model policies"), "shield_lock", "prompts", "modelpolicy"),
            _item(_("Exchanges"), "receipt_long", "prompts", "modelexchange"),
        ),
        _group(
            _("People"),
            _item(_("Customers"), "contacts", "people", "customer"),
            _item(_("Agents"), "support_agent", "people", "agent"),
            _item(_("Teams"), "groups", "people", "team"),
            _item(_("Users"), "person", "people", "user"),
            _item(_("Clients"), "apartment", "people", "client"),
            _item(_("API keys"), "key", "people", "apikey"),
        ),
        _group(
            _("Privacy"),
            _item(_("Processing policies"), "rule", "recordings", "processingpolicy"),
            _item(_("Consent"), "handshake", "recordings", "consentrecord"),
            _item(_("Jurisdiction rules"), "public", "recordings", "jurisdictionrule"),
            _item(_("Erasures"), "person_off", "recordings", "erasurerequest"),
            _item(_("Exports"), "folder_zip", "recordings", "personexport"),
            _item(_("Forgotten persons"), "no_accounts", "crm", "forgottenperson"),
            _item(_("Transparency"), "visibility", "recordings", "transparencynotice"),
            _item(_("Redaction"), "ink_eraser", "recordings", "redactionpolicy"),
            _item(_("Retention policies"), "auto_delete", "recordings", "retentionpolicy"),
            _item(_("Retention runs"), "fact_check", "recordings", "retentionrun"),
            _item(_("Legal holds"), "gavel", "recordings", "legalhold"),
        ),
        _group(
            _("Operation"),
            _item(_("Exports"), "download", "analytics", "dataexport"),
            _item(_("Scheduled reports"), "schedule_send", "analytics", "reportschedule"),
            _item(_("Messages"), "outgoing_mail", "messaging", "outboxmessage"),
            _item(_("Webhooks"), "webhook", "messaging", "webhookendpoint"),
            _item(_("Deliveries of webhooks"), "send", "messaging", "webhookdelivery"),
            _item(_("Jobs"), "schedule", "jobs", "job"),
            _item(_("Periodic jobs"), "event_repeat", "jobs", "periodicrun"),
            _item(_("Pipeline steps"), "account_tree", "recordings", "pipelinestep"),
            _item(_("Audit trail"), "policy", "audit", "auditevent"),
        ),
    ],
}
