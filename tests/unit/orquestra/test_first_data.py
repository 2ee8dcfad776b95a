"""What a login's process starts with."""

from datetime import UTC, date, datetime, timedelta

from orquestra import campaign

NOW = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)


def a_campaign(deadline_on: date) -> campaign.Campaign:
    return campaign.Campaign(
        id=7,
        name="Campanha",
        opens_at=NOW,
        deadline_on=deadline_on,
        deadline_at=campaign.end_of_day(deadline_on),
        reminders=("P30D", "P7D", "P1D"),
    )


def test_each_reminder_stands_before_the_deadline() -> None:
    found = a_campaign(date(2026, 6, 5))

    variables = campaign.first_variables(found, login_id=3, now=NOW)

    assert variables["prazo"] == "2026-06-06T03:00:00+00:00"
    assert variables["prazo_lembrete_2"] == ((found.deadline_at - timedelta(days=7)).isoformat())


def test_a_reminder_that_would_be_late_never_fires() -> None:
    variables = campaign.first_variables(a_campaign(date(2026, 3, 15)), login_id=3, now=NOW)

    assert variables["prazo_lembrete_1"] == "2026-03-15T03:00:00+00:00"
    assert variables["prazo_lembrete_2"] is None
    assert variables["prazo_lembrete_3"] is None


def test_without_a_campaign_no_timer_has_a_time() -> None:
    variables = campaign.first_variables(None, login_id=3, now=NOW)

    assert {variables["prazo"], variables["prazo_lembrete_1"]} == {None}
