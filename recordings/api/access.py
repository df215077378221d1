"""The ground of the endpoints about calls."""

from salesiq.people.api.access import KeyedView
from salesiq.people.roles import Capability


class SalesView(KeyedView):
    """Base of the endpoints about calls: for those who see calls, unless a view says otherwise."""

    capability = Capability.VIEW_CALLS
