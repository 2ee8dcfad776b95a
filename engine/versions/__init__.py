"""Versions of a process side by side: what differs, and what that means to a running instance."""
