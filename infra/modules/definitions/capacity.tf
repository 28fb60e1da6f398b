# How much is asked of the language model at once, and how long anything waits for it. One thing is stated, what one server
# does (capacity in containers/vllm/serve.yaml); with the number of servers and of quarters, the rest follows.

locals {
  at_once     = local.serve.capacity.questions_at_once
  of_a_second = local.serve.capacity.questions_per_second

  # Topics and themes of a quarter are named side by side.
  namers = 2 * var.max_concurrency

  # One namer alone keeps every server busy.
  llm_max_concurrent = local.at_once * var.vllm_tasks

  # What all namers ask at once, and as much again, since a load balancer does not share out evenly. What is asked beyond
  # that is answered by 503, and the client backs off.
  queue = 2 * local.namers * local.at_once

  # Before this, an answer can still come from the end of a full queue. A client that gave up earlier would ask again, and
  # what the server had done would be lost: four namers with a patience of 90 seconds got half of what two got.
  question_seconds = ceil((local.queue + local.at_once) / local.of_a_second)

  # Topics of 5,000 firms, of as many quarters as share the servers, and half as long again. A day at least.
  naming_seconds  = 75000 * var.max_concurrency / (local.of_a_second * var.vllm_tasks)
  attempt_seconds = max(24 * 3600, ceil(1.5 * local.naming_seconds))
  # A job may wait for a machine, and lose it.
  asset_seconds = local.attempt_seconds + 12 * 3600
  # Topics, names, and a job that ran out of time once.
  quarter_seconds = max(7 * 24 * 3600, 4 * local.asset_seconds)

  vllm_capacity_arguments = ["--max-num-seqs=${local.at_once}", "--max-num-queued-reqs=${local.queue}"]
}
