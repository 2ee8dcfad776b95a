"""The one place where real things are chosen and built, one module for each process."""
