"""What can be wrong with the keys of this server."""

from goodpart.base.errors import GoodpartError


class PkiFolderError(GoodpartError):
    """The folder with the keys is incomplete, unreadable, or readable by others."""

    code = "pki_folder_unusable"
