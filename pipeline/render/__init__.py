"""Rendering: templates and contexts → documents. The only importers of docxtpl and of openpyxl's writer."""
