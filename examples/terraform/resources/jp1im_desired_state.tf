# The document of the command line as it is, with its own managers.
resource "jp1im_desired_state" "tokyo" {
  yaml      = file("${path.module}/jp1im.yaml")
  base_path = path.module
}
