import { arch } from 'node:os'
import { resolve } from 'node:path'
import { projectRoot } from '../product.ts'
import { stage } from '../stage/stage.ts'

/* `node build/container/stage.ts FOLDER`: what the image has, from `dist/`, for the processor that builds it. */

const [out] = process.argv.slice(2)
if (out === undefined) throw new Error('which folder?')
const processor = arch()
if (processor !== 'x64' && processor !== 'arm64') throw new Error(`there is no native file for ${processor}`)
stage({
  dist: resolve(projectRoot, 'dist'),
  out: resolve(out),
  desktop: false,
  addon: [`linux-${processor}`],
})
