data "jp1im_agents" "linux" {
  match = "web*"
  os    = "linux"
}

output "hosts" {
  value = data.jp1im_agents.linux.agents[*].host
}
