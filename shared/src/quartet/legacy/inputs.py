"""What clients of older systems send."""

from pydantic import ConfigDict

from quartet.schemas import Input


class LegacyInput(Input):
    """A request body; members that nobody knows are passed over, as the older systems did."""

    model_config = ConfigDict(extra="ignore")
