from orquestra.notices import fill_in, needs_link


def test_names_and_link_stand_where_their_marks_are() -> None:
    text = fill_in("Logins:\n{logins}\n\n{link}", logins=["ana", "bia"], link="https://x/y")

    assert text == "Logins:\n  • ana\n  • bia\n\nhttps://x/y"


def test_a_name_that_looks_like_a_mark_opens_nothing() -> None:
    assert fill_in("{logins}{x}", logins=["{link}"], link="https://x/y") == "  • {link}{x}"


def test_the_fifty_first_name_is_counted() -> None:
    names = [f"{number:03}" for number in range(53)]
    lines = fill_in("{logins}", logins=names, link=None).splitlines()

    assert len(lines) == 51
    assert lines[49:] == ["  • 049", "  e mais 3"]
    assert "mais" not in fill_in("{logins}", logins=names[:50], link=None)


def test_a_text_says_whether_it_needs_its_link() -> None:
    assert needs_link("Abra {link}")
    assert not needs_link("Abra o link")
