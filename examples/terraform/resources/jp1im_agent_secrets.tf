variable "smtp_password" {
  type      = string
  ephemeral = true
}

variable "prometheus_password" {
  type      = string
  ephemeral = true
}

# On every agent that matches, one request where something differs.
resource "jp1im_agent_secrets" "mail" {
  match = "batch-*"
  os    = "linux"

  secrets_wo = {
    "smtp.user"     = "mailer"
    "smtp.password" = var.smtp_password
  }
}

# On one agent, below a lower manager.
resource "jp1im_agent_secrets" "web01" {
  host         = "web01"
  manager_host = "immhost-osaka"

  secrets_wo = {
    "prometheus.password" = var.prometheus_password
  }
}
