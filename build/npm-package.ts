import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { product, projectRoot } from './product.ts'
import { stage } from './stage/stage.ts'

export interface NpmPackageOptions {
  /** What `npm run build` wrote. */
  readonly dist: string
  /** Folder that gets the tarball. */
  readonly out: string
}

/** Makes `signpost-VERSION.tgz`: the server, its command, and the files for a systemd service. Returns its path. */
export function makeNpmPackage({ dist, out }: NpmPackageOptions): string {
  const folder = mkdtempSync(join(tmpdir(), 'signpost-npm-'))
  try {
    stage({
      dist,
      out: folder,
      desktop: false,
      addon: [],
      manifest: { engines: { node: product.nodeRange }, bin: { [product.name]: 'dist/main.js' } },
    })
    cpSync(resolve(projectRoot, 'README.md'), join(folder, 'README.md'))
    cpSync(resolve(projectRoot, 'build/systemd'), join(folder, 'systemd'), { recursive: true })
    mkdirSync(out, { recursive: true })
    // `npm` may be a script without a .exe: the shell finds it on Windows, too.
    execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', resolve(out)], {
      cwd: folder,
      shell: process.platform === 'win32',
    })
    return join(out, `${product.name}-${product.version}.tgz`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

if (import.meta.main) {
  const out = resolve(projectRoot, 'packages')
  console.log(makeNpmPackage({ dist: resolve(projectRoot, 'dist'), out }))
}
