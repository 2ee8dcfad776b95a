"""PostgreSQL and Redis of one's own, so that one command runs everything on a bare machine.

What runs here is what runs in production: the same two servers, bound to loopback, behind a
password, started and stopped with the program. Nothing is installed on the machine.
"""

from normaliza.private_servers.postgres import PrivatePostgres, kept_database_url
from normaliza.private_servers.redis_server import PrivateRedis, kept_broker_url

__all__ = ["PrivatePostgres", "PrivateRedis", "kept_broker_url", "kept_database_url"]
