"""Settings of what is sent: letters and webhooks."""

from salesiq.environment import env

# --- How long it is tried, and how long it can be looked up ------------------------------------------------
MESSAGE_GIVE_UP_HOURS = env.int("SALESIQ_MESSAGE_GIVE_UP_HOURS", 48)
MESSAGE_DAYS = env.int("SALESIQ_MESSAGE_DAYS", 30)
# host or host:port with private addresses that webhooks of every client may go to
WEBHOOK_PRIVATE_HOSTS: list[str] = env.list("SALESIQ_WEBHOOK_PRIVATE_HOSTS", [])
