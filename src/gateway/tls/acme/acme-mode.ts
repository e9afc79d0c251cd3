import type { Runtime } from '../../../runtime.ts'
import type { Changed, TlsMode } from '../mode.ts'
import { makePlaceholder } from '../placeholder.ts'
import { readMaterial, type Material } from '../tls-files.ts'
import { createKeeper, type KeeperOptions } from './keeper.ts'

export interface AcmeModeOptions extends Omit<KeeperOptions, 'renewed'> {
  readonly runtime: Runtime
  readonly changed: Changed
  /** How often it is looked whether something is due, in milliseconds. */
  readonly everyMs: number
}

/** A certificate from an ACME server. Until the first one is there, the listener shows a placeholder. */
export async function openAcmeMode(options: AcmeModeOptions): Promise<TlsMode> {
  const { files, wish, runtime, changed, everyMs } = options
  const known = await readMaterial(files.certificate)
  let current: Material = known ?? makePlaceholder(wish.names, runtime)
  const keeper = createKeeper({
    ...options,
    renewed(material) {
      current = material
      changed(material)
    },
  })
  let timer: NodeJS.Timeout | undefined
  return {
    current: () => current,
    start() {
      void keeper.look()
      timer = setInterval(() => void keeper.look(), everyMs)
      timer.unref()
    },
    retry: () => void keeper.retry(),
    async close() {
      clearInterval(timer)
      await keeper.stop()
    },
  }
}
