resource "jp1im_initial_secret" "this" {
  generation = 1
  deliver_to = { file = "/mnt/installer/immhost01.initial" }
}
