"""Where every number comes from: catalogue, readers, geography, checks and a simulated city."""
