# `terraform test` against the simulator in world.yaml; it destroys at the end what it created.
variables {
  smtp_password = "first"
}

run "plan_selects_the_web_servers" {
  command = plan

  assert {
    condition     = jp1im_agent_secrets.web.agents == toset(["immhost01/web1", "immhost01/web2"])
    error_message = "The selector matches other agents than the web servers."
  }
}

run "apply_writes_the_password" {
  assert {
    condition     = keys(jp1im_agent_secrets.web.fingerprints) == tolist(["smtp.password"])
    error_message = "The module gives the agents other secrets than the mail password."
  }
}

run "a_rotated_password_shows_in_the_plan" {
  command = plan

  variables {
    smtp_password = "second"
    before        = run.apply_writes_the_password.fingerprints
  }

  assert {
    condition     = jp1im_agent_secrets.web.fingerprints != var.before
    error_message = "The plan does not show that the password was rotated."
  }
}
