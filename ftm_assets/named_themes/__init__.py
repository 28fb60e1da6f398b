"""A quarter's themes with a name, a sentence that says what they are, and evidence."""
