"""``python -m goodpart``: the command line where its script is not on the path."""

from goodpart.cli import main

main()
