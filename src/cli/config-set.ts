import { randomUUID } from 'node:crypto'
import { chown, stat } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { durationPattern, parseDuration } from '../config/types.ts'
import type { ConfigChange } from '../config/edit-text.ts'
import { previewConfig, saveConfig } from '../config/save.ts'
import { askForChange, LONGEST_TRIAL_MS, withdrawRequest } from '../gateway/safe-change/change-request.ts'
import { readChangeState, type ChangeState } from '../gateway/safe-change/change-state.ts'
import { tokenHash } from '../gateway/safe-change/confirmation.ts'
import { TRIAL_MS } from '../gateway/safe-change/safe-change.ts'
import { LOOK_EVERY_MS } from '../gateway/safe-change/watch-requests.ts'
import { systemClock, systemRandom } from '../system.ts'
import { makeDataDir } from '../make-data-dir.ts'
import { exitCodes, type CommandOutput } from './command-output.ts'
import { parseKeyPath, parseValue } from './key-path.ts'
import { parseWords, UsageError } from './usage-error.ts'

/** A server that runs has taken a request by then, however busy it is. */
const TAKEN_WITHIN_MS = 3 * LOOK_EVERY_MS
const POLL_MS = 100

/** `signpost config set KEY VALUE` and `config unset KEY`; `words` are those after `config`. Throws `UsageError`. */
export async function changeConfig(io: CommandOutput, words: readonly string[]): Promise<number> {
  const { values, positionals } = parseWords(words, { within: { type: 'string' } })
  return await applyChanges(io, [readChange(positionals)], readWithin(values.within))
}

/** Changes signpost.yaml through the server that runs on it, else alone, and tells what came of it. */
export async function applyChanges(
  io: CommandOutput,
  changes: readonly ConfigChange[],
  withinMs: number = TRIAL_MS,
): Promise<number> {
  // What cannot be used is refused here, with its line, server or not.
  await previewConfig({ dataDir: io.dataDir, changes })
  await makeDataDir(io.dataDir)
  const id = randomUUID()
  const token = systemRandom.bytes(24).toString('base64url')
  const path = await askForChange(io.dataDir, {
    id,
    tokenHash: tokenHash(token),
    withinMs,
    changes: changes.map(toRequest),
  })
  await giveToOwner(io.dataDir, path)
  const answer = await waitForState(io.dataDir, id, TAKEN_WITHIN_MS)
  // What the server takes in this instant, it does.
  if (answer === null && (await withdrawRequest(io.dataDir))) return await saveAlone(io, changes)
  return await report(io, answer ?? (await waitForState(io.dataDir, id, Infinity)), token, withinMs)
}

function readChange([command, key, value, ...more]: readonly string[]): ConfigChange {
  const isSet = command === 'set'
  if (
    key === undefined ||
    (isSet && value === undefined) ||
    more.length > 0 ||
    (!isSet && value !== undefined)
  ) {
    throw new UsageError(isSet ? '"config set" needs a key and a value.' : '"config unset" needs a key.')
  }
  return { path: parseKeyPath(key), value: isSet ? parseValue(value ?? '') : undefined }
}

const toRequest = ({ path, value }: ConfigChange) => ({ path: [...path], value })

function readWithin(text: string | undefined): number {
  if (text === undefined) return TRIAL_MS
  const milliseconds = durationPattern.test(text) ? parseDuration(text) : 0
  if (milliseconds < 1_000 || milliseconds > LONGEST_TRIAL_MS) {
    throw new UsageError('--within takes a time from 1s to 1h, such as 5m.')
  }
  return milliseconds
}

/** Root may act for the user that runs Signpost, who has to be able to read the file then. */
async function giveToOwner(dataDir: string, path: string): Promise<void> {
  if (process.getuid?.() !== 0) return
  const { uid, gid } = await stat(dataDir)
  await chown(path, uid, gid)
}

async function waitForState(
  dataDir: string,
  id: string,
  withinMs: number,
  after?: 'trying',
): Promise<ChangeState | null> {
  for (let waited = 0; waited < withinMs; waited += POLL_MS) {
    const state = await readChangeState(dataDir)
    if (state?.id === id && state.state !== after) return state
    // Another change has taken its place: how this one ended is no longer known.
    if (state !== null && after !== undefined && state.id !== id) return null
    await sleep(POLL_MS)
  }
  return null
}

async function saveAlone(io: CommandOutput, changes: readonly ConfigChange[]): Promise<number> {
  const { path, archivedTo } = await saveConfig({ dataDir: io.dataDir, changes, clock: systemClock })
  await giveToOwner(io.dataDir, path)
  if (io.json) io.out(JSON.stringify({ state: 'saved', path, archivedTo }))
  else {
    io.out(`${path} is changed. No running Signpost has taken it over; it counts from the next start.`)
    if (archivedTo !== null) io.out(`The former file: ${archivedTo}`)
  }
  return exitCodes.fine
}

async function report(
  io: CommandOutput,
  first: ChangeState | null,
  token: string,
  withinMs: number,
): Promise<number> {
  if (first?.state === 'trying') explainTrial(io, first, token)
  const last =
    first?.state === 'trying' ? await waitForState(io.dataDir, first.id, withinMs + 10_000, 'trying') : first
  if (io.json) {
    io.out(JSON.stringify(last ?? { state: 'unknown' }))
  } else for (const line of outcome(last)) io.out(line)
  if (last?.state === 'refused') return exitCodes.configuration
  return last?.state === 'kept' ? exitCodes.fine : exitCodes.unexpected
}

function explainTrial(io: CommandOutput, { confirmAt, expiresAt }: ChangeState, token: string): void {
  const places = confirmAt.map(({ key, url }) => ({ key, url: `${url}/${token}` }))
  if (io.json) return io.out(JSON.stringify({ state: 'trying', confirmAt: places, expiresAt }))
  io.out(
    'Signpost now answers at the former address and at the new one. Confirm the new one from where you need it:',
  )
  io.out('')
  for (const { url } of places) io.out(`  curl -X POST ${url}`)
  io.out('')
  const until = expiresAt === null ? '' : ` at ${new Date(expiresAt).toLocaleTimeString('en-GB')}`
  io.out(`Without it, everything goes back${until}. This command waits; it may be ended without harm.`)
}

function outcome(state: ChangeState | null): readonly string[] {
  switch (state?.state) {
    case 'kept':
      return [
        state.keys.length === 0 ? 'The change is in force.' : 'Confirmed: the new address is in force.',
        ...(state.restartNeeded.length === 0
          ? []
          : [`A restart is needed for: ${state.restartNeeded.join(', ')}`]),
      ]
    case 'reverted':
      return [
        state.reason === 'unconfirmed'
          ? 'Nobody confirmed the new address; everything is as before.'
          : 'The change could not be completed; everything is as before. The log of the server has the reason.',
      ]
    case 'refused':
      return state.problems.flatMap(({ message, fix }) => [message, `  Fix: ${fix}`])
    default:
      return ['How the change ended is not known. See: signpost config show']
  }
}
