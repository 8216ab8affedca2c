"""Ways of saying a thing, put as the grammar has them: text in, text out, nothing of a record known."""
