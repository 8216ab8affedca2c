"""The words for the patient, as patterns: whoever a question is about, as who does something or to whom it is done."""

WHO = r"(?:he|she|they|i|we|(?:the |this )?(?:patient|pt))"
WHOM = r"(?:him|her|them|me|us|(?:the |this )?(?:patient|pt))"
WHOSE = r"(?:(?:the|his|her|my|their|patient's) )*"
