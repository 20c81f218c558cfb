variable "smtp_password" {
  type      = string
  sensitive = true
}

# Another password shows as another fingerprint.
output "smtp_password" {
  value = nonsensitive(provider::jp1im::fingerprint(
    file(".jp1im/state.key"), "tokyo", "smtp.password", var.smtp_password
  ))
}
