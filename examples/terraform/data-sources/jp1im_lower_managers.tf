data "jp1im_lower_managers" "all" {}

output "lower_managers" {
  value = data.jp1im_lower_managers.all.hosts
}
