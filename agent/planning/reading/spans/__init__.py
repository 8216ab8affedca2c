"""How long something went on, how long apart two events are, and which of two came first: read word by word."""
