"""The service tasks of our processes, one file each, and the Celery application that runs them."""
