"""What a storage of reports says about all its environments."""
