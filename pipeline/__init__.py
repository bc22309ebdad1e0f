"""Procurement packs for outcomes-based home care: a locality profile and a commissioning model in, a pack of documents out."""
