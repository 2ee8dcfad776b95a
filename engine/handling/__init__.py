"""What each command finds, does and writes: one module a family of commands."""
