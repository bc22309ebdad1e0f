"""Workbooks on the XML of their parts: a template compiled once to plain data, and rendered from it any number of times."""
