"""What happens in other apps and is followed up here."""
