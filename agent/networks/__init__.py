"""The small trained networks of the house: what is kept of one (`network.py`, `packing.py`) and how it is run
(`running.py`).

The gate judges requests with one, the rules planner says questions again with two. Each room has its own features,
heads and thresholds; what it does with them is the same sums, and stands here once: with numpy, in the same order on
every machine. Two encoders that were fine-tuned from a small language model (`encoder.py`, `wordpiece.py`, `pieces.py`)
stand beside them, one of the gate and one that tells what stands around a question; they run with numpy too: no model
library at run time.
"""
