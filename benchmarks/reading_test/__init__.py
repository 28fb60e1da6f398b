"""Does a reader find that a theme's sentences are about the theme? A language model is the reader.

After ProxAnn (Hoyle et al. 2025, arXiv 2507.00828), whose finding is that such a reader ranks topics much as people do,
and that figures made of word counts do not. Two tests: *fit*, whether a sentence is about a theme of this name; and
*intruder*, which of seven sentences is not of the theme. Before anything is measured, the reader itself is tested with
swapped names. ``choice.py`` says which themes and sentences are read, ``questions.py`` what is asked, ``scores.py``
what becomes of the answers, and ``reading.py`` goes from one to the other; the command is ``__main__.py``.
"""
