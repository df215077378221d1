"""What other analyses found and what the record shows, as findings. Each source is switched by the rule of its name."""
