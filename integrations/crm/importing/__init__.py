"""Files of other systems become CRM records: read, columns guessed, values converted, written in batches."""
