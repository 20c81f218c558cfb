# Issued at the apply alone, handed to the job in its environment, and deleted when the job is done.
ephemeral "jp1im_client_secret" "job" {
  id_prefix = "nightly-"
  enabled   = terraform.applying
}

resource "terraform_data" "job" {
  triggers_replace = "2026-02-03"

  provisioner "local-exec" {
    command = "./send-event.sh"
    environment = {
      CLIENT_ID     = ephemeral.jp1im_client_secret.job.id
      CLIENT_SECRET = ephemeral.jp1im_client_secret.job.secret
    }
  }
}
