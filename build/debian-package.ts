import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { controlText, debianVersion, type DebianArchitecture } from './debian/control.ts'
import { nodeRuntime } from './debian/node-runtime.ts'
import { product, projectRoot } from './product.ts'
import { stage } from './stage/stage.ts'

export interface DebianPackageOptions {
  /** What `npm run build` wrote. */
  readonly dist: string
  /** Folder that gets the package. */
  readonly out: string
  readonly architecture: DebianArchitecture
  /** Default: the version of this checkout. */
  readonly version?: string
}

const processors = { amd64: 'x64', arm64: 'arm64' } as const

/** Makes `signpost_VERSION_ARCHITECTURE.deb` with `dpkg-deb`, with a Node.js of its own. Returns its path. */
export function makeDebianPackage(options: DebianPackageOptions): string {
  const { dist, out, architecture, version = product.version } = options
  const folder = mkdtempSync(join(tmpdir(), 'signpost-deb-'))
  try {
    const program = join(folder, 'usr/lib/signpost')
    const processor = processors[architecture]
    stage({ dist, out: program, desktop: false, addon: [`linux-${processor}`], version })
    const node = nodeRuntime(processor)
    place(node.binary, join(program, 'node'))
    place(resolve(projectRoot, 'build/debian/signpost'), join(folder, 'usr/bin/signpost'))
    const unit = 'systemd/signpost.service'
    place(resolve(projectRoot, 'build', unit), join(folder, 'usr/lib/systemd/system/signpost.service'))
    placeDocuments(folder, program, node.licence)
    placeControl(folder, version, architecture)
    // The same for everybody who builds, whatever their umask.
    execFileSync('chmod', ['--recursive', 'u=rwX,go=rX', folder])
    mkdirSync(out, { recursive: true })
    const file = join(out, `${product.name}_${debianVersion(version)}_${architecture}.deb`)
    // xz takes thirty times as long for a fifth less.
    const packing = ['--root-owner-group', '-Zzstd', '-z10', '--build', folder, file]
    execFileSync('dpkg-deb', packing, { stdio: ['ignore', 'ignore', 'inherit'] })
    return file
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Debian keeps licences in one place for all packages. */
function placeDocuments(folder: string, program: string, nodeLicence: string): void {
  const documents = join(folder, 'usr/share/doc/signpost')
  place(resolve(projectRoot, 'build/debian/copyright'), join(documents, 'copyright'))
  place(join(program, 'THIRD-PARTY-LICENSES.txt'), join(documents, 'THIRD-PARTY-LICENSES.txt'))
  place(nodeLicence, join(documents, 'NODE-LICENSE.txt'))
  rmSync(join(program, 'THIRD-PARTY-LICENSES.txt'))
  rmSync(join(program, 'LICENSE'))
}

function placeControl(folder: string, version: string, architecture: DebianArchitecture): void {
  const installedSize = Number(
    execFileSync('du', ['--summarize', '--block-size=1K', '--apparent-size', folder], {
      encoding: 'utf8',
    }).split('\t')[0],
  )
  mkdirSync(join(folder, 'DEBIAN'))
  writeFileSync(join(folder, 'DEBIAN/control'), controlText({ version, architecture, installedSize }))
  for (const script of ['postinst', 'prerm', 'postrm']) {
    place(resolve(projectRoot, 'build/debian', script), join(folder, 'DEBIAN', script))
  }
}

function place(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true })
  cpSync(from, to)
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { arch: { type: 'string', default: 'amd64' } } })
  if (values.arch !== 'amd64' && values.arch !== 'arm64') throw new Error('--arch is amd64 or arm64')
  const [dist, out] = [resolve(projectRoot, 'dist'), resolve(projectRoot, 'packages')]
  console.log(makeDebianPackage({ dist, out, architecture: values.arch }))
}
