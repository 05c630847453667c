"""The verbs of the command line, a module each; `aftercare.__main__` reads the words and calls them."""
