"""Every resource against the AWS provider's arguments, and every name against what is declared."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from infra.schema.lint import lint
from tests.production.infra.terraform import INFRA


def test_every_resource_and_every_name_exists() -> None:
    assert lint(INFRA) == []


BUCKET = 'resource "aws_s3_bucket" "a" {\n  bucket = "b"\n}\n'


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('resource "aws_s3_bucket" "a" {\n  buckett = "b"\n}', "there is no argument buckett"),
        ('resource "aws_batch_job_definition" "a" {\n  name = "a"\n}', "type is missing"),
        (
            'resource "aws_batch_job_definition" "a" {\n  name = "a"\n  type = "container"\n'
            "  timeout {\n    seconds = 1\n  }\n}",
            "timeout: there is no argument seconds",
        ),
        (
            'resource "aws_batch_job_definition" "a" {\n  name = "a"\n  type = "container"\n  retry_strategy {\n'
            '    dynamic "evaluate_on_exit" {\n      for_each = []\n      content {\n'
            '        actoin = "EXIT"\n      }\n    }\n  }\n}',
            "evaluate_on_exit: there is no argument actoin",
        ),
        ('resource "aws_s3_bucket" "a" {\n  bucket {\n    name = "b"\n  }\n}', "bucket is a value, not a block"),
        ('resource "aws_db_subnet_group" "a" {\n  subnet_ids = "one"\n}', "subnet_ids is a list"),
        ('resource "aws_quantum_computer" "a" {}', "this type is not in aws_arguments.json"),
        (BUCKET + 'output "o" {\n  value = aws_s3_bucket.a.anr\n}', "aws_s3_bucket has no attribute anr"),
        (BUCKET + 'output "o" {\n  value = aws_s3_bucket.b.arn\n}', "there is no resource aws_s3_bucket.b"),
        ('output "o" {\n  value = var.nobody\n}', "there is no variable nobody"),
        ('output "o" {\n  value = local.nobody\n}', "there is no local value nobody"),
        ('output "o" {\n  value = module.nobody.x\n}', "there is no module nobody"),
        ('variable "v" {}', "nothing uses var.v"),
    ],
)
def test_the_linter_finds(text: str, problem: str, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(text + "\n")
    assert any(problem in found for found in lint(tmp_path)), lint(tmp_path)


def test_the_linter_finds_a_module_that_is_called_wrongly(tmp_path: Path) -> None:
    shutil.copytree(INFRA / "modules" / "storage", tmp_path / "storage")
    call = 'module "storage" {\n  source = "./storage"\n  name = "ftm"\n  colour = "red"\n}\n'
    (tmp_path / "main.tf").write_text(call + 'output "o" {\n  value = module.storage.basket\n}\n')
    found = lint(tmp_path)
    assert "module storage: it has no variable colour" in found
    assert "module storage: its variable bucket is not given" in found
    assert any("module storage has no output basket" in problem for problem in found)
