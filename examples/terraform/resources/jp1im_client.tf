# Issued once, written to a file of mode 0600, and issued again when it is 90 days old.
resource "jp1im_client" "fluentd" {
  id           = "fluentd-web"
  rotate_after = "90d"
  deliver_to   = { file = "out/fluentd-web.secret" }
}

# To a vault, and encrypted to a file as well.
resource "jp1im_client" "viewer" {
  id         = "viewer"
  generation = 2
  deliver_to = [
    { vault = { path = "secret/jp1im/viewer" } },
    { age = { file = "out/viewer.age", recipients = ["age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"] } },
  ]
}
