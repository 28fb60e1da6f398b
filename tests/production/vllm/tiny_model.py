"""Make a tiny model with Qwen3's architecture and random weights: what vLLM serves in the tests. `make vllm` runs it.

    .venv-vllm/bin/python tests/production/vllm/tiny_model.py FOLDER

What it says is nonsense, in whatever form it is held to. Its tokens come from the words of the bundled sample, so that
questions are about as long in tokens as for a real model; its weights come from a seed, so that it is always the same.
"""

from __future__ import annotations

import sys
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast, Qwen3Config, Qwen3ForCausalLM

ROOT = Path(__file__).parents[3]
TOKENS = 4000
END_OF_SENTENCE = '." '
END_OF_TEXT, START, END, THINK, END_THINK = "<|endoftext|>", "<|im_start|>", "<|im_end|>", "<think>", "</think>"

# As Qwen3's: thoughts that are switched off are thoughts that are already over.
CHAT_TEMPLATE = (
    "{%- for message in messages %}"
    "{{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>' + '\\n' }}"
    "{%- endfor %}"
    "{%- if add_generation_prompt %}"
    "{{- '<|im_start|>assistant\\n' }}"
    "{%- if enable_thinking is defined and enable_thinking is false %}{{- '<think>\\n\\n</think>\\n\\n' }}{%- endif %}"
    "{%- endif %}"
)


def tokenizer() -> PreTrainedTokenizerFast:
    """Byte-level BPE, as Qwen3's."""
    texts = [text.read_text() for text in sorted(ROOT.glob("ftm_resources/transcript_sources/sample/**/*.py"))]
    texts.append(END_OF_SENTENCE * 10_000)  # so often that it is a token of its own: tests make it likely
    learnt = Tokenizer(models.BPE())
    learnt.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    learnt.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=TOKENS,
        special_tokens=[END_OF_TEXT, START, END, THINK, END_THINK],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    learnt.train_from_iterator(texts, trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=learnt,
        eos_token=END,
        pad_token=END_OF_TEXT,
        additional_special_tokens=[START, END],
        chat_template=CHAT_TEMPLATE,
        model_max_length=40960,
    )


def main(folder: Path) -> None:
    """Write the model."""
    torch.manual_seed(0)
    words = tokenizer()
    words.save_pretrained(folder)
    config = Qwen3Config(
        vocab_size=len(words),
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=32,
        max_position_embeddings=40960,
        tie_word_embeddings=True,
        bos_token_id=words.convert_tokens_to_ids(END_OF_TEXT),
        eos_token_id=words.convert_tokens_to_ids(END),
        dtype="bfloat16",
    )
    Qwen3ForCausalLM(config).to(torch.bfloat16).save_pretrained(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
