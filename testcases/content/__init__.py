"""What a version of a case says: persona, facts, objections, replies, criteria. Pure."""
