"""What can be wrong with a machine state, and with a question about key figures."""

from goodpart.base.errors import GoodpartError
from goodpart.server.kit.errors import InvalidError


class UnusableStateError(GoodpartError):
    """A machine state names a time that cannot be."""

    code = "unusable_machine_state"


class WindowError(InvalidError):
    code = "window_invalid"
