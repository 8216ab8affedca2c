"""The small trained networks of the house: how one is run (`network.py`) and how its weights are kept (`packing.py`).

The gate judges requests with one, the rules planner says questions again with two. Each room has its own features,
heads and thresholds; what it does with them is the same sums, and stands here once. At run time there is nothing but
sums in plain Python: no model library, and the same result on every machine.
"""
