"""The network: one client, bounded in time and size, that connects to public addresses only.

Proxies from the environment are not used: behind one, the address that is really connected to
could not be judged.
"""

from digest.http.client import Client, user_agent
from digest.http.response import Response

__all__ = ["Client", "Response", "user_agent"]
