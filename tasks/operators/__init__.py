"""The service tasks, one file each: dropping a file in registers it."""
