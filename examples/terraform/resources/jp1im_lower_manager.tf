variable "osaka_initial_secret" {
  type      = string
  ephemeral = true
}

resource "jp1im_lower_manager" "osaka" {
  host              = "immhost-osaka"
  initial_secret_wo = var.osaka_initial_secret
}

# Agents below it can be seen once it is there.
resource "jp1im_agent_secrets" "osaka" {
  match        = "*"
  manager_host = jp1im_lower_manager.osaka.host
  secrets_wo   = { "site" = "osaka" }
}
