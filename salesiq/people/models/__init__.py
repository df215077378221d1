from salesiq.people.models.filters import SavedFilter
from salesiq.people.models.key import ApiKey, KeyAddress, KeyState
from salesiq.people.models.organisation import Agent, Client, Customer, SecondFactor, Team
from salesiq.people.models.user import User

__all__ = [
    "Agent",
    "ApiKey",
    "Client",
    "Customer",
    "KeyAddress",
    "KeyState",
    "SavedFilter",
    "SecondFactor",
    "Team",
    "User",
]
