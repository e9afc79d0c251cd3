import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { projectRoot } from '../product.ts'
import { addonName } from './addon.ts'

/** What a licence asks to be kept is in files of these names. */
const licenceFile = /^(licen[cs]e|notice|copying)([.-].*)?$/i

/**
 * Names and licences of the libraries inside a bundle, as one text. Which they are is read from the bundle's source
 * maps, so that nothing has to be kept in step by hand.
 */
export function thirdPartyNotices(dist: string): string {
  const sections = [...bundledPackages(dist), addonName].sort().map(noticeOf)
  return `Signpost contains the following libraries.\n\n${sections.join('\n')}`
}

/** Packages that the source maps below `dist` name. */
export function bundledPackages(dist: string): ReadonlySet<string> {
  const names = new Set<string>()
  for (const file of globSync('**/*.map', { cwd: dist })) {
    const { sources } = JSON.parse(readFileSync(resolve(dist, file), 'utf8')) as {
      sources: readonly string[]
    }
    for (const source of sources) {
      const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(source)?.[1]
      if (name !== undefined) names.add(name)
    }
  }
  return names
}

function noticeOf(name: string): string {
  const folder = resolve(projectRoot, 'node_modules', name)
  const heading = `${'='.repeat(78)}\n${name}`
  // A dependency that is nested in another has no folder of its own at the top.
  if (!existsSync(folder)) return `${heading}\n`
  const { version, license } = JSON.parse(readFileSync(resolve(folder, 'package.json'), 'utf8')) as {
    version: string
    license?: string
  }
  const texts = readdirSync(folder)
    .filter((file) => licenceFile.test(file))
    .map((file) => readFileSync(resolve(folder, file), 'utf8').trim())
  return `${heading} ${version} (${license ?? 'see below'})\n\n${texts.join('\n\n')}\n`
}
