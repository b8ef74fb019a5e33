"""How fast the pages are for a person: chromium over loopback before a server with a hundred thousand inspections."""
