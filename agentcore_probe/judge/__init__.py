"""What a record means: predict, diagnose, conclude. Pure; knows facts only."""
