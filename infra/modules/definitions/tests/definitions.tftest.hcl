# terraform init && terraform test -var-file=example.tfvars.json    (in this folder's parent)
# Needs no provider, no account and no network.

run "everything_is_json" {
  command = plan

  assert {
    condition = alltrue([for text in concat(
      [output.worker_job, output.dagster_job, output.namer_job, output.vllm_task, output.dashboard],
      [output.quarter_machine, output.quarters_machine, output.reaper_machine, output.reaper_rule, output.watch_machine],
      values(output.dagster_tasks), values(output.alarms), values(output.alert_rules), values(output.log_rules),
    ) : can(jsondecode(text))])
    error_message = "a rendering is not JSON"
  }
}

run "what_is_watched_has_the_name_of_its_file" {
  command = plan

  assert {
    condition     = alltrue([for file, alarm in output.alarms : jsondecode(alarm).AlarmName == "ftm-${file}"])
    error_message = "an alarm is called otherwise than its file"
  }
  assert {
    condition     = alltrue([for file, rule in merge(output.alert_rules, output.log_rules) : jsondecode(rule).Name == "ftm-${file}"])
    error_message = "a rule is called otherwise than its file"
  }
}

run "jobs_have_the_agreed_names" {
  command = plan

  assert {
    condition     = jsondecode(output.worker_job).jobDefinitionName == "ftm-worker"
    error_message = "the launcher submits ftm-worker"
  }
  assert {
    condition     = jsondecode(output.dagster_job).jobDefinitionName == "ftm-dagster"
    error_message = "the state machine submits ftm-dagster"
  }
  assert {
    condition     = contains([for need in jsondecode(output.worker_job).containerProperties.resourceRequirements : need.type], "GPU")
    error_message = "a worker without a GPU embeds on the CPU for a day"
  }
}

run "dagster_retries_what_was_lost_and_nothing_else" {
  command = plan

  assert {
    condition     = [for rule in jsondecode(output.dagster_job).retryStrategy.evaluateOnExit : rule.action] == ["RETRY", "RETRY", "EXIT"]
    error_message = "an error of the data would be run five times"
  }
  assert {
    condition     = jsondecode(output.dagster_job).retryStrategy.evaluateOnExit[0].onStatusReason == "Host EC2*"
    error_message = "the first rule is the lost machine"
  }
  assert {
    condition     = jsondecode(output.dagster_job).retryStrategy.evaluateOnExit[1].onExitCode == "75"
    error_message = "the second rule is the lost database"
  }
}

run "another_name_is_everywhere" {
  command = plan
  variables { name = "themes" }

  assert {
    condition     = jsondecode(output.worker_job).jobDefinitionName == "themes-worker"
    error_message = "the name must be in the job definition"
  }
  assert {
    condition     = { for item in jsondecode(output.dagster_job).containerProperties.environment : item.name => item.value }["FTM_BATCH_JOB_DEFINITION"] == "themes-worker"
    error_message = "Dagster must submit the job definition of its own deployment"
  }
  assert {
    condition     = alltrue([for alarm in values(output.alarms) : startswith(jsondecode(alarm).AlarmName, "themes-")])
    error_message = "alarms of two deployments must not overwrite each other"
  }
}

run "without_wrds_there_is_no_secret_of_wrds" {
  command = plan
  variables {
    data_source = "sample"
    secrets = {
      llm_api_key       = "arn:aws:secretsmanager:us-east-1:123456789012:secret:ftm/llm-api-key-AbCdEf"
      postgres_password = "arn:aws:secretsmanager:us-east-1:123456789012:secret:ftm/postgres-password-AbCdEf"
    }
  }

  assert {
    condition     = !contains([for item in jsondecode(output.dagster_job).containerProperties.environment : item.name], "WRDS_SECRET_ARN")
    error_message = "there is no secret to name"
  }
}

run "a_secret_instead_of_its_arn_is_refused" {
  command = plan
  variables {
    secrets = { llm_api_key = "sk-1234", postgres_password = "hunter2" }
  }
  expect_failures = [var.secrets]
}

run "an_image_without_a_digest_is_refused" {
  command = plan
  variables {
    images = { worker = "registry.example:5000/ftm-worker:0.1.0", dagster = "ftm-dagster:latest", vllm = "vllm" }
  }
  expect_failures = [var.images]
}

run "a_setting_reaches_the_containers" {
  command = plan
  variables {
    settings = { FTM_FIRMS_PER_BATCH = "100", LLM_HOUR_USD = "0.9" }
  }

  assert {
    condition = alltrue([
      for setting in ["{\"name\":\"FTM_FIRMS_PER_BATCH\",\"value\":\"100\"}", "{\"name\":\"LLM_HOUR_USD\",\"value\":\"0.9\"}"] :
      strcontains(output.dagster_job, setting)
    ])
    error_message = "a setting must reach the containers"
  }
}

run "a_setting_of_the_deployment_is_refused" {
  command = plan
  variables {
    settings = { FTM_STORE = "s3://another" }
  }
  expect_failures = [var.settings]
}

run "a_secret_among_the_settings_is_refused" {
  command = plan
  variables {
    settings = { LLM_API_KEY = "x" }
  }
  expect_failures = [var.settings]
}

run "vllm_reads_its_weights_from_the_bucket" {
  command = plan

  assert {
    condition     = can(regex("^s3://ftm-store-123456789012/models/Qwen/Qwen3-8B/[0-9a-f]{40}$", jsondecode(output.vllm_task).containerDefinitions[0].command[0]))
    error_message = "weights come from the bucket, at a pinned revision"
  }
}

run "a_quarter_in_other_words_is_refused" {
  command = plan
  variables {
    quarters = { first = "2023-Q1", last = "2023Q4" }
  }
  expect_failures = [var.quarters]
}

run "a_password_in_the_llms_address_is_refused" {
  command = plan
  variables { llm_base_url = "http://me:secret@host/v1" }
  expect_failures = [var.llm_base_url]
}

run "half_a_quarter_at_a_time_is_refused" {
  command = plan
  variables { max_concurrency = 1.5 }
  expect_failures = [var.max_concurrency]
}

run "half_a_server_is_refused" {
  command = plan
  variables { vllm_tasks = 0.5 }
  expect_failures = [var.vllm_tasks]
}

run "a_name_too_long_for_a_load_balancer_is_refused" {
  command = plan
  variables { name = "cross-firm-investment-themes" }
  expect_failures = [var.name]
}
