"""Expressions that would take the worker's time, memory or life, if they were let."""
