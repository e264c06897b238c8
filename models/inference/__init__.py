"""How sure: clustered variances, bootstraps, families of tests."""
