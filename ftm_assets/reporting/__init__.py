"""A quarter for people to read and to print: the report's page, and figures for a paper. Both draw the same charts."""
