"""Text that is safe to print: escapes for invisible characters, and values quoted in messages."""
