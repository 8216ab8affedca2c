"""What a question names: spans linked to the record's vocabulary, and words that name nothing in it."""
