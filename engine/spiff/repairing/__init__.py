"""Surgery on the tokens of one instance: SpiffWorkflow knows going on, and starting over."""
