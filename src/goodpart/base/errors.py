"""The root of every error a person is meant to read.

GoodpartError                  cause, remedy; exit code 2 on a command line
├── vision.*Error              an image, a package or a training set cannot be used
├── trust.*Error               a certificate, claim code or signature is not accepted
├── gateway.*Error             a driver, journal or deployment cannot go on
└── server.kit.errors.ApiError the same, with the HTTP status that it answers
"""


class GoodpartError(Exception):
    """What happened and what to do about it, in two sentences.

    ``cause`` names the thing that failed (file, address, value) and why; ``remedy`` says what the reader can do
    now. ``code`` is a stable identifier that programs and translations key on; ``values`` are what a translation
    says again: names and figures of the two sentences, by the name that the translation has for them.
    """

    code = "error"
    exit_code = 2

    def __init__(self, cause: str, remedy: str = "", **values: str | int | float) -> None:
        self.cause = cause
        self.remedy = remedy
        self.values = values
        super().__init__(f"{cause} {remedy}".strip())


class DataFolderError(GoodpartError):
    """The data folder cannot be used as it is: of a newer version, read-only, or full."""

    code = "data_folder_unusable"
