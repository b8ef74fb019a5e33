"""What each process of a gateway says about itself, and where the machine stands."""
