"""What starts an inspection."""
