#!/bin/sh
# Terraform starts this; the provider itself is the file beside it.
command -v node >/dev/null || {
  # Terraform shows the first line of a plugin that says anything else than it expects.
  echo 'the jp1im provider needs Node.js 20.19 or newer: there is no `node` on PATH'
  # It reports only that the plugin has ended where that is faster than it reads.
  sleep 1
  exit 1
}
exec node "${0%/*}/provider.cjs" "$@"
