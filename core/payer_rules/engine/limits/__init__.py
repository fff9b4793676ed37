"""How services are counted: windows on the calendar, amounts, tallies, and what is kept."""
