"""The logins worth trying, told without writing a sample again."""

from orquestra.documents import Cpf
from orquestra.sample.stories import Story, stories
from orquestra.sample.summary import SampleLogin

#: Every legacy login's, and every person's at the simulator: the base is public.
PASSWORD = "Orquestra#2019"  # noqa: S105 - of made-up logins, and printed
GOVBR_PASSWORD = "Senha#2026"  # noqa: S105 - the simulator's own, for all its people


def stories_in(accounts: int) -> tuple[Story, ...]:
    """Choose the stories that a sample has room for; those without a login are always told.

    Args:
        accounts: The sample's number of logins.
    """
    told = stories()
    kept = [story for story in told if story.account][:accounts]
    return tuple(story for story in told if story in kept or story.account is None)


def sample_logins(accounts: int) -> tuple[SampleLogin, ...]:
    """Tell how to try each case of a sample of this size, whatever its seed.

    Args:
        accounts: The sample's number of logins.

    Returns:
        The cases, bassdrill's first.
    """
    return tuple(_tried(story) for story in stories_in(accounts))


def _tried(story: Story) -> SampleLogin:
    return SampleLogin(
        login=story.account.login if story.account else "",
        password=PASSWORD if story.account else "",
        cpf=Cpf(story.cpf).formatted if story.cpf else "",
        govbr_password=GOVBR_PASSWORD if story.cpf else "",
        story=story.told,
    )
