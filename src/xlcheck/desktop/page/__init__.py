"""A page of one's own machine: files dropped into a browser window are checked here, and nothing leaves the machine."""
