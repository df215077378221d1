"""The back office of CRM records. Importing the modules registers their screens."""

from integrations.crm.admin import accounts, dashboard, deals, forgotten, imports, leads, plans, settings, work

__all__ = ["accounts", "dashboard", "deals", "forgotten", "imports", "leads", "plans", "settings", "work"]
