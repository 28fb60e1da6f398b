"""Run when FTM was installed, or in an image that is built: embed and cluster once, with the project's own functions.

What can't do its work is not installed. And Numba leaves what it compiled in ``NUMBA_CACHE_DIR``: importing UMAP
takes 16 s without that, and 1 s with it. Numba keeps it by type of processor; on another one it compiles anew.
"""

import ftm_assets.firm_topics.worker  # noqa: F401  what the worker's command imports is there
from ftm_assets.firm_topics.topic_model import TopicParameters, label_sentences
from ftm_resources.embedding_model import EmbeddingModel

SENTENCES = [
    f"{what} {change} in {where}."
    for what in ("Freight", "Wages", "Rent")
    for change in ("rose", "fell")
    for where in ("March", "April", "the north", "the south", "our stores", "our plants")
]

model = EmbeddingModel()
labels = label_sentences(model.embed(SENTENCES), TopicParameters())
print(f"{model.identity()}: {labels.max() + 1} topics in {len(SENTENCES)} sentences")
