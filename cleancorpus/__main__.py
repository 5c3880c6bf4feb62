"""`python -m cleancorpus` is `cleancorpus`."""

from cleancorpus.cli import main

main()
