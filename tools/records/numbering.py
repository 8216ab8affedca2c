"""How row numbers and index numbers are made up."""

PATIENT_BITS = 22
"""A row number carries its patient above these bits: up to 4,194,303 resources for one patient."""

CONTAINED = 1 << 14
"""Added to the index numbers of contained resources: only chains look there."""
