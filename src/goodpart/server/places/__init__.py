"""Where things are: the ISA-95 tree from the enterprise to the station, and the part numbers made there."""
