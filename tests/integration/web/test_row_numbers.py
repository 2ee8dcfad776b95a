"""Numbers in addresses that no row can have."""

from .conftest import Portal

BEYOND = str(2**63)


def test_a_number_that_no_row_can_have_is_a_page_that_does_not_exist(portal: Portal) -> None:
    customer, member = portal.enter(), portal.staff()
    addresses = {
        rule.rule.replace(f"<int:{name}>", BEYOND)
        for rule in portal.app.url_map.iter_rules()
        for name in rule.arguments
        if f"<int:{name}>" in rule.rule and "GET" in (rule.methods or ())
    }
    assert len(addresses) > 5
    for address in addresses:
        browser = member if address.startswith("/equipe") else customer
        assert (address, browser.get(address).status_code) == (address, 404)
