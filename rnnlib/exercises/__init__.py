"""The exercises: what a learner calls, and what judges the answer."""
