data "jp1im_clients" "all" {}

output "clients" {
  value = data.jp1im_clients.all.ids
}
