"""What stands around a question and can be taken away (`asides.py`), learnt from questions in which people marked it
(`corpus.py`, `training.py`)."""
