"""Starts many instances at once: what they have in common is worked out once."""
