"""Every address × every kind of person × own and other objects. Rows to add stand in rows.py; see its first lines."""
