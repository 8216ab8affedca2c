"""Questions for one fact of an entry, read by what each of their words does, in whatever order the words stand."""
