#!/bin/sh
# Installs jp1im from your own store, and only if it is the file that was reviewed here; no registry is asked.
# Both lines change together, in a reviewed change: the sum is in SHA256SUMS of the release.
set -eu
url=https://artifacts.example.com/jp1im/jp1im-0.1.0.tgz
sha256=0000000000000000000000000000000000000000000000000000000000000000

folder=$(mktemp -d)
curl --fail --silent --show-error --location --output "$folder/jp1im.tgz" "$url"
echo "$sha256  $folder/jp1im.tgz" | sha256sum --check --quiet
npm install --prefix . --no-save --offline --ignore-scripts --no-audit --no-fund "$folder/jp1im.tgz"
