"""Records of a CRM, and how they come in."""

from integrations.crm.models.accounts import AgentProfile, Company, Contact, Product
from integrations.crm.models.custom import CustomField, FieldType, RecordKind
from integrations.crm.models.deals import Deal, DealStageChange, DealStatus, Lead, LeadStatus, Stage, StageOrigin
from integrations.crm.models.forgotten import ForgottenPerson
from integrations.crm.models.imports import ImportRun, ImportSource, ImportStatus
from integrations.crm.models.plans import AdCost, ExchangeRate, IndustryStandard, Target
from integrations.crm.models.record import CrmRecord, match_key
from integrations.crm.models.work import Activity, ActivityType, Purchase, Task

__all__ = [
    "Activity",
    "ActivityType",
    "AdCost",
    "AgentProfile",
    "Company",
    "Contact",
    "CrmRecord",
    "CustomField",
    "Deal",
    "DealStageChange",
    "DealStatus",
    "ExchangeRate",
    "FieldType",
    "ForgottenPerson",
    "ImportRun",
    "ImportSource",
    "ImportStatus",
    "IndustryStandard",
    "Lead",
    "LeadStatus",
    "Product",
    "Purchase",
    "RecordKind",
    "Stage",
    "StageOrigin",
    "Target",
    "Task",
    "match_key",
]
