"""One file for each group of kinds: what its rows must hold, whom they name, and what is written for them."""

from integrations.crm.importing.kinds.accounts import AgentKind, CompanyKind, ContactKind, ProductKind
from integrations.crm.importing.kinds.base import Kind
from integrations.crm.importing.kinds.calls import CallKind
from integrations.crm.importing.kinds.deals import DealKind, LeadKind
from integrations.crm.importing.kinds.plans import AdCostKind, StandardKind, TargetKind
from integrations.crm.importing.kinds.work import ActivityKind, PurchaseKind, TaskKind
from integrations.crm.models import RecordKind

KINDS: dict[str, type[Kind]] = {
    RecordKind.DEALS: DealKind,
    RecordKind.COMPANIES: CompanyKind,
    RecordKind.CONTACTS: ContactKind,
    RecordKind.LEADS: LeadKind,
    RecordKind.PRODUCTS: ProductKind,
    RecordKind.ACTIVITIES: ActivityKind,
    RecordKind.TASKS: TaskKind,
    RecordKind.PURCHASES: PurchaseKind,
    RecordKind.CALLS: CallKind,
    RecordKind.AGENTS: AgentKind,
    RecordKind.TARGETS: TargetKind,
    RecordKind.AD_COSTS: AdCostKind,
    RecordKind.STANDARDS: StandardKind,
}

__all__ = ["KINDS", "Kind"]
