"""X12 files, segment by segment: claims (837P, 837I) and what payers answered (835)."""
