import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { systemErrorCode } from '../../../config/file-error.ts'
import { replaceFile, syncDirectory } from '../../../config/write-file.ts'
import { backupEnding, replacedFolder, restoreFolder } from '../own-files.ts'

/*
 * The data directory itself often cannot be renamed: it may be the root of a volume, or lie in a folder of another user.
 * So its entries change places, one by one, and a journal says what is meant. It is the one moment of decision: before it
 * is there, nothing has moved; once it is, whoever starts next goes on, until all is in place. Each step is a rename that
 * may be taken again.
 */

export const places = (dataDir: string) => {
  const work = join(dataDir, restoreFolder)
  return {
    work,
    fresh: join(work, 'new'),
    former: join(work, 'former'),
    journal: join(work, 'journal.json'),
  }
}

const journalSchema = z.object({
  /** `back`: a step could not be taken, and those before it are undone. */
  direction: z.enum(['forward', 'back']),
  /** Top-level entries that take their place in the data directory. */
  in: z.array(z.string()),
  /** Others that stay where they are. All that is neither gives way, whatever has come there since the decision. */
  keep: z.array(z.string()),
  /** Names the folder in which the former ones are kept. */
  stamp: z.string(),
})
type Journal = z.output<typeof journalSchema>

/** These stay where they are. */
const staying = new Set(['signpost.lock', restoreFolder, replacedFolder, 'log', 'lost+found'])

/** The moment of decision: from here on, what lies in `.restore/new` will be the data directory. */
export async function decideSwap(dataDir: string, stamp: string, keep: readonly string[]): Promise<void> {
  const { fresh, journal } = places(dataDir)
  await syncDirectory(fresh)
  await writeJournal(journal, { direction: 'forward', in: await readdir(fresh), keep: [...keep], stamp })
}

const writeJournal = (path: string, journal: Journal) => replaceFile(path, JSON.stringify(journal))

/** Null when no restore is decided. */
export async function readJournal(dataDir: string): Promise<Journal | null> {
  try {
    return journalSchema.parse(JSON.parse(await readFile(places(dataDir).journal, 'utf8')))
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return null
    throw error
  }
}

/** Where the former entries are kept; null when the swap had to be undone. */
export type SwapResult = { readonly former: string | null; readonly error: unknown }

/**
 * Does what the journal says, as far as it is not done. `step` is called after each rename. Only for whoever has the
 * data directory for itself.
 */
export async function swap(dataDir: string, step: () => void = () => {}): Promise<SwapResult> {
  const { former, journal } = places(dataDir)
  const plan = await readJournal(dataDir)
  if (plan === null) return { former: null, error: null }
  await mkdir(former, { recursive: true, mode: 0o700 })
  let failure: unknown = null
  if (plan.direction === 'forward') {
    try {
      await forward(dataDir, plan, step)
    } catch (error) {
      if (systemErrorCode(error) === undefined) throw error
      // An entry that does not move is the root of a volume, or the disk is broken.
      failure = error
      await writeJournal(journal, { ...plan, direction: 'back' })
    }
  }
  const undone = failure !== null || plan.direction === 'back'
  if (undone) await back(dataDir, plan)
  const kept = undone ? null : await keepFormer(dataDir, plan)
  step()
  await rm(journal)
  await syncDirectory(places(dataDir).work)
  return { former: kept, error: failure }
}

async function forward(dataDir: string, plan: Journal, step: () => void): Promise<void> {
  const { fresh, former } = places(dataDir)
  for (const name of await readdir(dataDir)) {
    if (staying.has(name) || plan.keep.includes(name) || name.endsWith(backupEnding)) continue
    // Taken up again after a crash, the new entry may have its place already.
    const isPlaced = plan.in.includes(name) && !(await exists(join(fresh, name)))
    if (!isPlaced) await rename(join(dataDir, name), join(former, name))
    step()
  }
  await syncDirectory(former)
  for (const name of plan.in) {
    await moveIfThere(join(fresh, name), join(dataDir, name))
    step()
  }
  await syncDirectory(dataDir)
}

async function back(dataDir: string, plan: Journal): Promise<void> {
  const { fresh, former } = places(dataDir)
  for (const name of plan.in) {
    if (!(await exists(join(fresh, name)))) await moveIfThere(join(dataDir, name), join(fresh, name))
  }
  for (const name of await readdir(former)) await rename(join(former, name), join(dataDir, name))
  await syncDirectory(dataDir)
}

const KEPT = 2

/** The former state stays for the way back; older ones go. */
async function keepFormer(dataDir: string, { stamp }: Journal): Promise<string | null> {
  const { former } = places(dataDir)
  const folder = join(dataDir, replacedFolder)
  const kept = join(folder, stamp)
  if ((await readdir(former)).length === 0 && !(await exists(kept))) return null
  await mkdir(folder, { recursive: true, mode: 0o700 })
  if (!(await exists(kept))) await rename(former, kept)
  const all = (await readdir(folder)).sort()
  for (const name of all.slice(0, -KEPT)) await rm(join(folder, name), { recursive: true, force: true })
  await syncDirectory(folder)
  return kept
}

async function moveIfThere(from: string, to: string): Promise<void> {
  await rename(from, to).catch((error: unknown) => {
    if (systemErrorCode(error) !== 'ENOENT') throw error
  })
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  )
