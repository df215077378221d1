from salesiq.people.models.organisation import Agent, Client, Customer, Team
from salesiq.people.models.user import User

__all__ = ["Agent", "Client", "Customer", "Team", "User"]
