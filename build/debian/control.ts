import { product } from '../product.ts'

/** Processors as Debian names them. */
export type DebianArchitecture = 'amd64' | 'arm64'

/**
 * Programs and libraries that the package needs from the system. The three libraries are those of Node and of the native
 * part of SQLite, in the versions that `dpkg-shlibdeps` finds for the files (a test compares).
 */
export const dependencies = [
  'adduser',
  'libc6 (>= 2.34)',
  'libgcc-s1 (>= 3.4)',
  'libstdc++6 (>= 11)',
] as const

export interface ControlOptions {
  readonly version: string
  readonly architecture: DebianArchitecture
  /** KiB that the installed files take. */
  readonly installedSize: number
}

/** `DEBIAN/control` (deb-control(5)). */
export function controlText({ version, architecture, installedSize }: ControlOptions): string {
  const fields = {
    Package: product.name,
    Version: debianVersion(version),
    Architecture: architecture,
    Maintainer: product.maintainer,
    'Installed-Size': String(installedSize),
    Depends: dependencies.join(', '),
    Recommends: 'ca-certificates',
    Section: 'net',
    Priority: 'optional',
    Description: `${product.summary}\n${extendedDescription}`,
  }
  return `${Object.entries(fields)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n')}\n`
}

/** A pre-release of npm (`1.0.0-rc.1`) sorts before its release for Debian with a tilde only (deb-version(7)). */
export function debianVersion(version: string): string {
  return version.replace('-', '~')
}

const extendedDescription = ` Answers which Matrix ID belongs to an e-mail address or phone number, from the
 directories of one organisation, proves that people own their addresses, and
 delivers room invitations that were sent to an address.
 .
 The package brings its own Node.js, since the server needs a newer one than
 Debian 12 has.`
