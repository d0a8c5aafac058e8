"""The network: one client, bounded in time and size, that connects to public addresses only.

Behind a proxy of the environment the address that is really connected to is the proxy's to judge;
what is private by its very name is refused all the same.
"""

from digest.http.client import Client, user_agent
from digest.http.response import Response

__all__ = ["Client", "Response", "user_agent"]
