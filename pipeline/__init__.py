"""Procurement packs for outcomes-based home care: a locality profile and a commissioning model → a pack of documents."""
