data "jp1im_manager" "this" {}

output "version" {
  value = data.jp1im_manager.this.version
}
