"""When a site means to produce: its weeks, holidays and days that differ, as numbered revisions."""
