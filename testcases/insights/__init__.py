"""What results say: how well people do, where they fall short, what passing runs have in common, what training did."""
