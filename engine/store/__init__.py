"""The engine's tables, and the only modules that name them."""
