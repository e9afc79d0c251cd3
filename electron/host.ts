import type { Updater } from './updates/updates.ts'

/** What the process and the machine lend to the shell. */
export interface Host {
  readonly platform: NodeJS.Platform
  /** The words of the command line after the program and its script. */
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly homeDir: string
  /** The program that runs, and the script it was given in a checkout. */
  readonly command: readonly [string, ...string[]]
  /** Of this version, for people. */
  readonly version: string
  readonly files: ShellFiles
  /** Starts the server's process. */
  readonly server: 'node' | 'utility-process'
  /** The Node that runs the server in a checkout. */
  readonly nodePath: string
  /** Milliseconds since the epoch. */
  now(): number
  /** Runs a program to its end and gives its output. Rejects when it fails, is missing, or takes longer than this. */
  run(program: string, args: readonly string[], timeoutMs: number): Promise<string>
  /** electron-updater, which costs nothing before it is wanted. Null where nothing can be updated: in a checkout. */
  readonly loadUpdater: (() => Promise<Updater>) | null
  /** Whether this package was built with a place where new versions come from. */
  readonly hasUpdateFeed: boolean
}

/** Absolute paths. */
export interface ShellFiles {
  /** The folder of the program: a checkout has `.git` in it. */
  readonly programDir: string
  readonly preload: string
  /** Pages of the shell itself. */
  readonly pagesDir: string
  readonly iconsDir: string
  /** The server's script. */
  readonly serverEntry: string
}
