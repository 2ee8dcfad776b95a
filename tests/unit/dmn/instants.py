"""When the tests' decisions are made."""

from datetime import UTC, datetime

NOW = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)
