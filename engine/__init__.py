"""A durable BPMN runtime on SpiffWorkflow and PostgreSQL that knows no portal above it."""
