from salesiq.people.models.organisation import Agent, Client, Customer, SecondFactor, Team
from salesiq.people.models.user import User

__all__ = ["Agent", "Client", "Customer", "SecondFactor", "Team", "User"]
