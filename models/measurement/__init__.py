"""Social capital as measured: factors, reliability, weights, and correction for error."""
