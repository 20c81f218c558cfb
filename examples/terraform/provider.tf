terraform {
  required_providers {
    jp1im = { source = "jp1im/jp1im" }
  }
}

# The user and the password come from JP1IM_USER and JP1IM_PASSWORD in the environment.
provider "jp1im" {
  name  = "tokyo"
  url   = "https://immhost01:20703"
  host  = "immhost01"
  tls   = { ca = "certs/ca.pem" }
  state = "/var/lib/jp1im/tokyo"
}
