"""A quarter's calls as sentences, in chunks, as every later asset reads them."""
