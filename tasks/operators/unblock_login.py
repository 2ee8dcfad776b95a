"""campaign.unblock: the deadline was postponed."""

from engine.operators import Job, Outputs
from orquestra.campaign import unblock
from tasks.registration import operator
from tasks.services import Services


@operator("campaign.unblock")
def unblock_login(job: Job, _services: Services, *, login_id: int) -> Outputs:
    """Open the login's processes again and give its tasks the time they had left."""
    unblock(job.connection, login_id=login_id, now=job.now)
    return None
