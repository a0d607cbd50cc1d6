"""What auth does, one module for each subject. Use cases take plain values, raise domain errors and know no HTTP."""
