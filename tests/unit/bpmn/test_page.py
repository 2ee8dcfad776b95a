"""docs/bpmn.md says what the allow-list says."""

from normaliza.bpmn_page import PAGE, page


def test_the_page_is_the_allow_list() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), (
        "write it anew: python -m normaliza.bpmn_page"
    )
