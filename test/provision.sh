#!/usr/bin/env bash
# Installs the programs that the tests use, on Debian as root. Does nothing when all are there, and starts no service.
# Elsewhere it names what is missing; with CI=true that is an error.
set -euo pipefail

has_postgres() {
  # Debian keeps the server's programs out of PATH.
  command -v initdb >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null
}

# Servers live in /usr/sbin, which is not in everybody's PATH.
has() { command -v "$1" >/dev/null || [ -x "/usr/sbin/$1" ]; }

# The daemon, the schema of Active Directory, its database modules and those of the files it shares.
has_samba_ad() {
  has samba && [ -e /usr/share/samba/setup/provision.ldif ] &&
    compgen -G '/usr/lib/*/samba/ldb/samba_dsdb.so' >/dev/null &&
    compgen -G '/usr/lib/*/samba/vfs/acl_xattr.so' >/dev/null
}

missing_packages() {
  has openssl || echo openssl
  has patch || echo patch
  has_postgres || echo postgresql
  has slapd || echo slapd
  has ldapadd || echo ldap-utils
  has mariadbd || echo mariadb-server
  has dnsmasq || echo dnsmasq-base
  has pebble || echo pebble
  has nginx || echo nginx-light
  has apache2 || echo apache2
  has caddy || echo caddy
  has haproxy || echo haproxy
  # And a font, without which its pictures show no letters.
  has chromium || printf '%s\n' chromium fonts-dejavu-core
  has debootstrap || echo debootstrap
  has dpkg-shlibdeps || echo dpkg-dev
  has systemd-analyze || echo systemd
  has_samba_ad || printf '%s\n' samba-ad-dc samba-ad-provision
}

mapfile -t packages < <(missing_packages)
if [ ${#packages[@]} -eq 0 ]; then
  exit 0
fi

if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
  echo "missing for the tests: ${packages[*]} (run test/provision.sh as root on Debian)" >&2
  if [ "${CI:-}" = true ]; then exit 1; fi
  exit 0
fi

# What Debian's packages ask before they start a service; 101 means "do not".
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\nexit 101\n' > "$policy"
  chmod 755 "$policy"
fi

export DEBIAN_FRONTEND=noninteractive
quietly() {
  local log
  log=$(mktemp)
  if ! "$@" > "$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    return 1
  fi
  rm -f "$log"
}
install() { apt-get install --yes --quiet --no-install-recommends -o Acquire::Retries=3 "${packages[@]}"; }

echo "installing ${packages[*]}"
# The lists may be absent or out of date: both show as a failed install.
if ! quietly install 2>/dev/null; then
  quietly apt-get update --quiet
  quietly install
fi
