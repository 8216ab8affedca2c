"""Questions for a number of what was measured, ordered or given, read from what all of their words say together."""
