"""The elements of DMN that are read, and those that are kept and left alone."""

#: DMN 1.3, and 1.2, which differs in nothing that is read here.
MODELS = frozenset(
    {
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
    }
)
CAMUNDA = "http://camunda.org/schema/1.0/dmn"

READ = frozenset(
    {
        "definitions",
        "decision",
        "variable",
        "informationRequirement",
        "requiredDecision",
        "requiredInput",
        "decisionTable",
        "input",
        "inputExpression",
        "inputValues",
        "output",
        "outputValues",
        "defaultOutputEntry",
        "rule",
        "inputEntry",
        "outputEntry",
        "literalExpression",
        "text",
    }
)
#: They explain, and change no answer.
KEPT = frozenset(
    {
        "inputData",
        "knowledgeSource",
        "authorityRequirement",
        "requiredAuthority",
        "annotation",
        "annotationEntry",
        "description",
        "question",
        "allowedAnswers",
        "extensionElements",
        "textAnnotation",
        "association",
        "sourceRef",
        "targetRef",
        "group",
    }
)

#: What `expressionLanguage` may say.
LANGUAGES = frozenset(
    {
        "feel",
        "https://www.omg.org/spec/DMN/20191111/FEEL/",
        "http://www.omg.org/spec/DMN/20180521/FEEL/",
    }
)


def dmn(name: str, model: str | None) -> str:
    """Return the full name of an element of DMN."""
    return f"{{{model}}}{name}"


def camunda(name: str) -> str:
    """Return the full name of an attribute of Camunda's vocabulary for DMN."""
    return f"{{{CAMUNDA}}}{name}"
