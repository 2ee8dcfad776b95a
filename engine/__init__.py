"""A durable BPMN runtime on SpiffWorkflow and PostgreSQL that knows nothing of the portal above it."""
