"""The libraries of a worker, loaded by importing this: in the process that the local launcher forks its workers from.

Nothing else imports it, for it is slow, and from then on Ctrl-C is ignored: the launcher acts on that, and ends its
workers. Nothing is computed here, on the CPU or a GPU: what starts threads for it can't be forked afterwards. After a
first clustering here, to be ready, OpenMP refused the forked ones.
"""

# ruff: noqa: E402, F401, TID253

import signal

signal.signal(signal.SIGINT, signal.SIG_IGN)  # first: the imports below take seconds

from ftm_assets.firm_topics import worker
from ftm_assets.topics.clustering import find_a_place_for_what_numba_compiles

find_a_place_for_what_numba_compiles()

import bertopic.vectorizers
import hdbscan
import sentence_transformers
import umap
from transformers.models.bert import modeling_bert  # what the bundled model is loaded with
