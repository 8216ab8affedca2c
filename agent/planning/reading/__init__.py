"""From a sentence to what it asks for: the skeleton, its clauses, their frames."""
