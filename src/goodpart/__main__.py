"""Where the ``goodpart`` script and ``python -m goodpart`` begin: nothing is imported before Ctrl-C is looked after."""

import os


def start() -> None:
    """Run the command line; Ctrl-C ends it with a sentence and 130 also while the program is still being loaded."""
    # ruff: noqa: PLC0415 - imports take the time in which a person changes their mind
    try:
        import signal

        # An import swallows a KeyboardInterrupt now and then, and there is nothing to clean up yet.
        signal.signal(signal.SIGINT, _end)
        from goodpart.cli import main

        signal.signal(signal.SIGINT, signal.default_int_handler)
    except KeyboardInterrupt:
        _end()
    main()


def _end(*_: object) -> None:
    os.write(2, b"goodpart: interrupted.\n")
    os._exit(130)


if __name__ == "__main__":
    start()
