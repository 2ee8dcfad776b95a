"""Data: objects, stores, inputs and outputs (BPMN 2.0, 10.4)."""

from engine.allowlist.cell import executed, kept, refused

_COLLECTION = "A collection is a variable that is a list: take isCollection away."
_STORE = (
    "A data store is not read or written here: let a service task do it, and show the store as a "
    "text annotation."
)
_IO = (
    "Inputs and outputs of BPMN are not executed here: use camunda:inputOutput on a service task, "
    "or variables."
)

CELLS = (
    executed(
        "dataObject",
        "Stands beside the tokens' variables, for the process or sub-process that it is drawn in. "
        "Its variable is its name, else that of the first reference to it, where that is a plain "
        "name; else its id. Null until a task writes it; conditions may read it.",
    ),
    executed("dataObjectReference"),
    refused("dataObject/@isCollection=true", _COLLECTION),
    kept("dataState", "For readers."),
    executed(
        "dataInputAssociation",
        "The activity has the data object among its variables while it runs; what it changes there "
        "is dropped, unless it writes the object, too.",
    ),
    executed(
        "dataOutputAssociation",
        "When the activity is completed, its variable of that name becomes the data object's value "
        "and is the token's no more. Where it sets none, the object stays as it is.",
    ),
    refused("dataStore", _STORE),
    refused("dataStoreReference", _STORE),
    refused("ioSpecification", _IO),
    refused("dataInput", _IO),
    refused("dataOutput", _IO),
    refused("inputSet", _IO),
    refused("outputSet", _IO),
    kept("property", "Modelers write one as the target of a data association; it is no variable."),
    refused("transformation", _IO),
    refused("assignment", _IO),
    kept("sourceRef", "Of a data association: see there."),
    kept("targetRef", "Of a data association: see there."),
    kept("itemDefinition", "Types are not checked: variables are JSON values."),
)
