"""The report of a quarter: one page to read, print and pass on."""
