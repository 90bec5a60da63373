"""`python -m commands`: the command line without its entry point."""

from commands import main

main(prog_name="whereabouts")
