import { execFileSync } from 'node:child_process'

/** Why programs cannot be given a DNS server of their own, or null. */
export function ownResolvConfUnavailable(): string | null {
  try {
    execFileSync('unshare', ['--mount', 'true'], { stdio: 'ignore' })
    return null
  } catch {
    return 'mount namespaces may not be made here'
  }
}

/**
 * The same command, for which `file` lies over `/etc/resolv.conf`: in a mount namespace of its own, so that nobody else
 * notices. The process is the program itself; there is no parent in between.
 */
export function withResolvConf(
  file: string,
  program: string,
  args: readonly string[],
): [string, ...string[]] {
  const script = 'mount --bind "$1" /etc/resolv.conf && shift && exec "$@"'
  return ['unshare', '--mount', '--', 'sh', '-c', script, 'sh', file, program, ...args]
}
