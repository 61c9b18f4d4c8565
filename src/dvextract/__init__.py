"""dvextract: tidy, source-grounded tables from Vietnamese Party, State and public-affairs pages."""

__version__ = "0.1.0"
