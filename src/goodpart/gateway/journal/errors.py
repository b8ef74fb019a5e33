"""What can be wrong with a journal.

JournalError
├── JournalVersionError    written by a newer version of this software
├── JournalDamagedError    the file is not a journal any more: disk damage, truncation
├── JournalFullError       no space left for a record, not even the reserve
└── JournalMissingError    there is no journal yet
"""

from goodpart.base.errors import GoodpartError


class JournalError(GoodpartError):
    """A journal cannot be used; the cause names its file."""

    code = "journal_unusable"


class JournalVersionError(JournalError):
    """The journal was written by a newer version of this software."""

    code = "journal_newer"


class JournalDamagedError(JournalError):
    """The file is not a whole journal: disk damage, a truncated copy, a broken chain."""

    code = "journal_damaged"


class JournalFullError(JournalError):
    """A record could not be written: nothing was. No output may follow."""

    code = "journal_full"


class JournalMissingError(JournalError):
    """The station has not written a journal yet."""

    code = "journal_missing"
