"""What is asked: one probe for each access method, and the run that makes a record of them."""
