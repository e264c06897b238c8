"""The econometrics: tidy frames and a specification in, labelled estimates out."""
