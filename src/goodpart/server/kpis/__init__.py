"""Key figures: what machines reported, the station-minutes made of it, and OEE over any place and time."""
