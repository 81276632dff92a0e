"""What a person at a desktop uses: files dropped on an icon, a page of one's own machine, the samples of the program."""
