"""`python -m normaliza`: how `normaliza up` starts its own processes."""

from normaliza.command_line import main

if __name__ == "__main__":
    main()
