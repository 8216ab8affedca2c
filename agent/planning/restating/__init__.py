"""Questions said again in plain words: a small network tells what is asked, the grammar reads it.

The grammar reads plain sentences; people put the same question in any way. `restate` looks at the masked question (no
names, no dates) and tells its sense (what kind of thing, what of it, which of its rows, relative to what) and the part
that each name plays; `sentences.toml` has the plain sentence for it. That sentence is what the grammar reads, what is
shown to the person, and what must come out with the sense that was told: else the question is not understood.
"""
