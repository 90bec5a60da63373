"""The mutations: noun first, one act each."""
