"""Data: objects, stores, inputs and outputs (BPMN 2.0, 10.4)."""

from engine.allowlist.cell import kept, refused

SOON = "Data objects are not executed here: use variables, and a text annotation to show them."
_STORE = (
    "A data store is not read or written here: let a service task do it, and show the store as a "
    "text annotation."
)
_IO = (
    "Inputs and outputs of BPMN are not executed here: use camunda:inputOutput on a service task, "
    "or variables."
)

CELLS = (
    refused("dataObject", SOON),
    refused("dataObjectReference", SOON),
    refused("dataObject/@isCollection=true", SOON),
    refused("dataState", SOON),
    refused("dataInputAssociation", SOON),
    refused("dataOutputAssociation", SOON),
    refused("dataStore", _STORE),
    refused("dataStoreReference", _STORE),
    refused("ioSpecification", _IO),
    refused("dataInput", _IO),
    refused("dataOutput", _IO),
    refused("inputSet", _IO),
    refused("outputSet", _IO),
    refused("property", "A property is not executed here: set a variable with a script task."),
    refused("transformation", _IO),
    refused("assignment", _IO),
    kept("itemDefinition", "Types are not checked: variables are JSON values."),
)
