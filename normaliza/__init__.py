"""Settings, the command line, and the one place where each process is wired together."""
