"""Tests of the tables of which environments are made."""
