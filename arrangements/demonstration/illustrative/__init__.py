"""What write_illustrative is made of. Standard library only; nothing here is needed to run the register."""
