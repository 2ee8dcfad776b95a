"""One repair for many instances: each has its own result and its own reason."""
