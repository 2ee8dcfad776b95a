"""The only room that imports SpiffWorkflow: it keeps the semantics of BPMN, we keep the rest."""
