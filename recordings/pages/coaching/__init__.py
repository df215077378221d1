"""The pages of coaches: sessions planned from evidence, held, and written down."""
