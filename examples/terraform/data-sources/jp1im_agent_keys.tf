data "jp1im_agent_keys" "web01" {
  host         = "web01"
  manager_host = "immhost-osaka"
}

output "keys" {
  value = data.jp1im_agent_keys.web01.keys
}
