variable "osaka_initial_secret" {
  type      = string
  ephemeral = true
}

resource "jp1im_lower_manager" "osaka" {
  host              = "immhost-osaka"
  initial_secret_wo = var.osaka_initial_secret
}

# A fresh initial secret, issued on the lower manager itself.
resource "jp1im_lower_manager" "nagoya" {
  host = "immhost-nagoya"
  issue_on = {
    name            = "nagoya"
    url             = "https://immhost-nagoya:20703"
    user            = "jp1admin"
    password_source = { env = "NAGOYA_PASSWORD" }
  }
}

# Agents below it can be seen once it is there.
resource "jp1im_agent_secrets" "osaka" {
  match        = "*"
  manager_host = jp1im_lower_manager.osaka.host
  secrets_wo   = { "site" = "osaka" }
}
