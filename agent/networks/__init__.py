"""The small trained networks of the house: how one is run (`network.py`) and how its weights are kept (`packing.py`).

The gate judges requests with one, the rules planner says questions again with two. Each room has its own features,
heads and thresholds; what it does with them is the same sums, and stands here once: in plain Python, with the same
result on every machine. Beside the gate's stands an encoder that was fine-tuned from a small language model
(`encoder.py`, `wordpiece.py`), run with numpy: no model library at run time.
"""
