"""No clock decides a property: a loaded machine is slow, and nothing is wrong with the text."""

from hypothesis import settings

settings.register_profile("no clock", deadline=None)
settings.load_profile("no clock")
