"""A shop and its orders, to try the library with."""
