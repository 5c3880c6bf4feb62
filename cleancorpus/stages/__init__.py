"""The stages in the order they run. Each module has `find(text, rules, profile) -> Edits` and changes nothing itself.

Line-local up to `headings`, pairs of lines in `lines`, paragraph-local after it.
"""

from cleancorpus.stages import characters, headings, lines, punctuation, script, spaces, watermark

STAGES = (characters, watermark, headings, lines, spaces, punctuation, script)
