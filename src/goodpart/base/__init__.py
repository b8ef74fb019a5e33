"""What every package stands on: clock, ids, errors, durable files. Nothing here knows a plant."""
