"""BPMN 2.0 with Camunda 7's attributes, read into SpiffWorkflow's specs."""
