"""Who may use this server: accounts, sessions, and links that sign a browser in once."""
