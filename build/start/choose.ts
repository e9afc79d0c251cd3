/** What `npm start` finds on the machine. */
export interface Surroundings {
  /** The words after `npm start --`. */
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly platform: NodeJS.Platform
  readonly isRoot: boolean
  /** Whether Electron's runtime is there, which npm does not install. */
  readonly hasRuntime: boolean
}

export type Choice =
  /** A command of `signpost` that has nothing to do with the desktop. */
  | { readonly mode: 'command' }
  /** `why` completes "Starting as a desktop app, since " or "Starting without a window, since ". */
  | { readonly mode: 'desktop' | 'headless'; readonly why: string }

/** Desktop where a person would see it, headless everywhere else. */
export function chooseStart({ args, env, platform, isRoot, hasRuntime }: Surroundings): Choice {
  if (!isStart(args)) return { mode: 'command' }
  const headless = (why: string): Choice => ({ mode: 'headless', why })
  if (args.includes('--headless')) return headless('--headless says so.')
  if (args.includes('--json')) return headless('--json is for scripts.')
  if (isSet(env['CI'])) return headless('this is a CI machine (the variable CI is set).')
  if (platform === 'linux' && !isSet(env['DISPLAY']) && !isSet(env['WAYLAND_DISPLAY'])) {
    return headless('there is no display.')
  }
  if (!hasRuntime) return headless('the runtime of Electron is not installed (npx install-electron gets it).')
  if (platform === 'linux' && isRoot) return headless('root runs it, for whom Electron has no sandbox.')
  return { mode: 'desktop', why: 'there are a display and the runtime of Electron.' }
}

/** No command, or `start`; whatever follows `--data` is no command. */
function isStart(args: readonly string[]): boolean {
  const words = args.filter((arg, index) => !arg.startsWith('-') && args[index - 1] !== '--data')
  const asksForText = args.some((arg) => ['--help', '-h', '--version'].includes(arg))
  return !asksForText && (words[0] === undefined || words[0] === 'start')
}

const isSet = (value: string | undefined) => value !== undefined && value !== ''
