"""Appointments that have not happened: whether they would be paid, and what would help."""
