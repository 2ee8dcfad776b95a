"""The task specs that differ from SpiffWorkflow's own."""
