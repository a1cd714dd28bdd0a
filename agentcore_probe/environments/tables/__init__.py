"""Tables of which environments are made: CSV as spreadsheets write it, JSON, and the listings of the AWS CLI."""
