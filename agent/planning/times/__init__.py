"""Times in words, and the windows they are."""
