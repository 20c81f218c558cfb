# One integrated manager in Tokyo, one lower manager in Osaka, and the secrets of their agents. Passwords come from a
# vault or a CI system as ephemeral variables: none of them is in the plan or the state.
#
# In a pipeline nothing in the working folder outlives a job: give `terraform` a backend, and each provider block a `state`,
# such as "git+https://git.example/platform/jp1im-state.git#main", with its key in JP1IM_STATE_KEY.
terraform {
  required_version = ">= 1.11"
  required_providers {
    jp1im = { source = "jp1im/jp1im" }
  }
}

variable "tokyo_password" {
  type      = string
  ephemeral = true
}

variable "osaka_password" {
  type      = string
  ephemeral = true
}

variable "osaka_initial_secret" {
  type        = string
  ephemeral   = true
  default     = null
  description = "What jp1im_initial_secret.osaka delivered: apply that first, with -target and without this variable, then hand its content in."
}

variable "batch_secrets" {
  type      = map(string)
  ephemeral = true
}

provider "jp1im" {
  name     = "tokyo"
  url      = "https://immhost01:20703"
  host     = "immhost01"
  user     = "jp1admin"
  password = var.tokyo_password
  tls      = { ca = "certs/ca.pem" }
  policy   = { protect = ["legacy.*"] }
}

provider "jp1im" {
  alias    = "osaka"
  name     = "osaka"
  url      = "https://immhost-osaka:20703"
  host     = "immhost-osaka"
  user     = "jp1admin"
  password = var.osaka_password
  tls      = { ca = "certs/ca.pem" }
}

resource "jp1im_initial_secret" "osaka" {
  provider   = jp1im.osaka
  deliver_to = { file = "out/osaka.initial" }
}

resource "jp1im_lower_manager" "osaka" {
  host              = "immhost-osaka"
  initial_secret_wo = var.osaka_initial_secret
}

resource "jp1im_client" "collectors" {
  for_each     = toset(["fluentd-web", "fluentd-batch", "event-gateway"])
  id           = each.key
  rotate_after = "90d"
  deliver_to   = { file = "out/${each.key}.secret" }
}

resource "jp1im_agent_secrets" "batch" {
  match      = "batch-*"
  os         = "linux"
  secrets_wo = var.batch_secrets
}

resource "jp1im_agent_secrets" "osaka_site" {
  match        = "*"
  manager_host = jp1im_lower_manager.osaka.host
  secrets_wo   = { "site.name" = "osaka" }
}
