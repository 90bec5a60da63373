"""The mutations: each is named by its noun first and runs one command."""
