"""What fills a prompt from the product's records: providers that upper apps register, and the one door to them."""
