"""Pictures, each with words that say what it shows. Only the process that draws imports them."""
