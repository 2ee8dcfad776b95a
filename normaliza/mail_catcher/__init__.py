"""Catches the program's mails in development and shows them; nothing goes any further."""

from normaliza.mail_catcher.server import CatcherConfig, RunningCatcher, serve

__all__ = ["CatcherConfig", "RunningCatcher", "serve"]
