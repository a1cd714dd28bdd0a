"""What a record means: predictions, diagnoses, conclusions. Pure functions of recorded facts."""
