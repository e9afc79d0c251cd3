import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { version } from '../src/version.ts'

/** The folder of the checkout. */
export const projectRoot = resolve(import.meta.dirname, '..')

/** What every package says about the product: one place for names that must never differ or change. */
export const product = {
  /** Of commands, packages, users and folders. */
  name: 'signpost',
  /** Of the desktop app's program and packages on Linux, which stand beside those of the server alone. */
  desktopName: 'signpost-desktop',
  /** As people read it. */
  title: 'Signpost',
  /** Windows and macOS know an installation by it: a change would make a second one beside the first. */
  appId: 'org.signpost.desktop',
  /** Links of the desktop app, `signpost://...`. */
  protocol: 'signpost',
  version,
  maintainer: 'The Signpost project <maintainers@signpost.invalid>',
  copyright: 'The Signpost project',
  summary: 'Matrix identity server that an organisation installs by clicking',
  ...manifestFacts(),
} as const

interface ManifestFacts {
  readonly description: string
  readonly license: string
  /** The range of Node versions the server runs on. */
  readonly nodeRange: string
}

function manifestFacts(): ManifestFacts {
  const { description, license, engines } = JSON.parse(
    readFileSync(resolve(projectRoot, 'package.json'), 'utf8'),
  ) as { description: string; license: string; engines: { node: string } }
  return { description, license, nodeRange: engines.node }
}
