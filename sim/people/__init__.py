"""Scenario → People: who comes in, who is already there, and every number drawn for them."""
