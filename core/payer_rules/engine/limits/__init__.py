"""Evaluation of frequency limits: the lines that count, the windows, and what exceeds them."""
