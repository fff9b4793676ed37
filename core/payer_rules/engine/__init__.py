"""The parts that evaluators of rules share: the claim's state, conditions, days and edits."""
