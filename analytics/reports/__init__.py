"""Figures and rows as files: CSV, XLSX, Parquet, JSON and a PDF report; made on demand, as jobs, or on a schedule."""
