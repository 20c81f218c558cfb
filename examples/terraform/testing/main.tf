# A module that writes the mail password to all web servers. The address and the password of the manager come from the
# environment: JP1IM_URL and JP1IM_PASSWORD.
terraform {
  required_providers {
    jp1im = { source = "jp1im/jp1im" }
  }
}

provider "jp1im" {
  name = "tokyo"
  host = "immhost01"
  user = "jp1admin"
}

variable "smtp_password" {
  type      = string
  ephemeral = true
}

resource "jp1im_agent_secrets" "web" {
  match      = "web*"
  secrets_wo = { "smtp.password" = var.smtp_password }
}

output "fingerprints" {
  value = jp1im_agent_secrets.web.fingerprints
}
