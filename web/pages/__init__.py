"""Pages share these: templates, assets, security headers, and the modules that keep them live."""
