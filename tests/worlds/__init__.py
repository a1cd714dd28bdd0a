"""Small worlds in which a good engineer knows the right verdict: servers described by data, and a run against each."""
